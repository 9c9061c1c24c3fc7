# Prints the main function of the program that holds all tests: sh tests/together.sh test_NAME... The program runs the
# test that its first argument names.
echo '#include <stdio.h>'
echo '#include <string.h>'
echo
for name in "$@"; do echo "int main_of_$name(int, char **);"; done
cat <<'C'

static const struct {
    const char *name;
    int (*run)(int, char **);
} tests[] = {
C
for name in "$@"; do echo "    { \"$name\", main_of_$name },"; done
cat <<'C'
};

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof tests / sizeof *tests && argc > 1; i++)
        if (strcmp(tests[i].name, argv[1]) == 0)
            return tests[i].run(argc - 1, argv + 1);
    fprintf(stderr, "which test?\n");
    return 2;
}
C
