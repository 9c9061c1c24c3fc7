#!/bin/sh
# Every message of a subcommand has its Chinese in words_zh.c, and everything that can be wrong with a configuration in
# words_config.c, with the same conversions in the same order. The rows of words_zh.c are in the order of the English.
# Prints what lacks, and fails.
cd "$(dirname "$0")/.." || exit 2
perl -0777 -e '
    my $literal = qr/"(?:[^"\\]|\\.)*"/;
    my $before = qr/(?:[A-Za-z_&>.\[\]-]+\s*,\s*)*(?:[^"();{}]*\?\s*)?/; # other arguments, a condition
    sub joined { my $s = shift; $s =~ s/"\s*"//gs; return $s; }
    sub conversions { return join " ", ($_[0] =~ /%[-.*0-9]*(?:ll|z)?[a-z]/g); }
    my $table = join "", map { open my $file, "<", "gateway/command/$_" or die; <$file> } "words_zh.c", "words_config.c";
    my (%chinese, $wrong);
    my ($sorted) = $table =~ /pairs\[\] = \{(.*?)\n\};/s;
    my $last = "";
    while ($sorted =~ /\{\s*((?:$literal\s*)+),/g) {
        my $english = eval joined($1) =~ s/[\$@%]/\\$&/gr;
        if ($english le $last) { print "words_zh.c: \"$english\" is not in its place\n"; $wrong++; }
        $last = $english;
    }
    while ($table =~ /\{\s*((?:$literal\s*)+),\s*((?:$literal\s*)+)\}/g) {
        my ($english, $translated) = map { s/^"|"\s*$//gr } joined($1), joined($2);
        $chinese{$english} = $translated;
        next if conversions($english) eq conversions($translated);
        print "words_zh.c or words_config.c: other conversions than in \"$english\"\n"; $wrong++;
    }
    for my $path (glob("gateway/command/*.c gateway/command/*/*.c")) {
        open my $source, "<", $path or die; my $text = <$source>;
        while ($text =~ /\b(?:command_failed|command_wrong_use|check_warn|examine_say|sheet_wrong(?:_at)?|words)\s*\(\s*($before)((?:$literal\s*)+)(?::\s*((?:$literal\s*)+))?/g) {
            for my $message (map { joined($_) =~ s/^"|"\s*$//gr } grep { defined } $2, $3) {
                next if $message =~ /^(?:%[a-z]|[: ])*$/ || $chinese{$message};
                print "$path: no Chinese for \"$message\"\n"; $wrong++;
            }
        }
        while ($text =~ /\badvise\([^"]*((?:$literal\s*)+)\)/g) {
            my $message = joined($1) =~ s/^"|"\s*$//gr;
            next if $chinese{$message};
            print "$path: no Chinese for \"$message\"\n"; $wrong++;
        }
        next if $path =~ m{/(?:demo|print|model|manual)/|/classify\.c$};
        while ($text =~ /\b(?:printf|puts|fputs|fprintf)\s*\(\s*(?:stderr\s*,\s*)?((?:$literal\s*)+)/g) {
            my $message = joined($1);
            next unless $message =~ s/%[-.*0-9]*(?:ll|z)?[a-z]|\\[a-z]//gr =~ /[a-z]{2,} [a-z]{2,}/ && $message !~ /usage:|--help/;
            print "$path: printed without words(): $message\n"; $wrong++;
        }
    }
    for my $path (glob("gateway/config/*.c")) {
        open my $source, "<", $path or die; my $text = <$source>;
        while ($text =~ /(?:\bproblem_(?:error|warning)\s*\([^;"]*,|\bproblem_words\s*\(\s*$before|\.(?:wrong|pattern_words)\s*=)\s*((?:$literal\s*)+)(?::\s*($literal))?/g) {
            for my $message (map { joined($_) =~ s/^"|"\s*$//gr } grep { defined } $1, $2) {
                next if $message !~ /[a-z]{2,} [a-z]{2,}/ || $chinese{$message};
                print "$path: no Chinese for \"$message\"\n"; $wrong++;
            }
        }
        $text =~ s/(?:\bproblem_(?:error|warning)\s*\([^;"]*,|\bproblem_words\s*\(\s*$before|\.(?:wrong|pattern_words|help)\s*=)\s*(?:$literal\s*)+(?::\s*(?:$literal\s*)+)?//g;
        while ($path =~ /value/ && $text =~ /("(?:is|has|must|cannot|contains|it is) (?:[^"\\]|\\.)*")/g) {
            print "$path: told without problem_words(): $1\n"; $wrong++;
        }
    }
    exit($wrong ? 1 : 0);'
