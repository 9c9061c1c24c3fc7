#!/usr/bin/perl
# How much the tests see: makes small changes to the code at random, one at a time, and runs the tests that reach
# the changed line, fastest first, until one fails.
#
#   perl tests/mutants/run.pl [--count 60] [--seed 1] [--jobs 2] [--only N]
#       [--longest SECONDS] ROOM...
#
# ROOM is a folder (its own .c files) or a file. Everything is built in build/mutants/. Which test reaches which
# line is measured once, and again after `rm -r build/mutants/reach`. A change that leaves the compiler's output as
# it was is not counted. --longest leaves out tests that take longer by themselves. Prints each change as a diff
# with what became of it; the same seed draws the same changes from the same code.
use strict;
use warnings;
use Cwd qw(getcwd);
use File::Basename qw(dirname basename);
use File::Path qw(make_path);
use FindBin;
use Getopt::Long;
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(time);
use lib $FindBin::Bin;
use Changes;

my ($count, $seed, $jobs, $only, $longest) = (60, 1, 2, 0, 1e9);
GetOptions('count=i' => \$count, 'seed=i' => \$seed, 'jobs=i' => \$jobs, 'only=i' => \$only,
           'longest=f' => \$longest) && @ARGV
    or die "usage: perl tests/mutants/run.pl [--count N] [--seed N] [--jobs N] [--only N] [--longest SECONDS] ROOM...\n";
chdir "$FindBin::Bin/../.." or die;
my $root = getcwd();
my $build = "$root/build/mutants";
my $cc = (grep { -x "$_/ccache" } split /:/, $ENV{PATH}) ? 'ccache gcc' : 'gcc';
my @libraries = split ' ', `sed -n 's/^LIBRARIES := //p' Makefile`;
chomp(my $include = `pkg-config --cflags @libraries`);
chomp(my $libs = `pkg-config --libs @libraries`);
$libs .= ' -lunistring -lcsv -lm';
my $flags = "-std=gnu17 -D_GNU_SOURCE -I. $include -pthread -w";

sub slurp { open my $in, '<', $_[0] or die "$_[0]: $!"; local $/; return scalar <$in> // ''; }
sub spill { my ($path, $text) = @_; make_path(dirname $path); open my $out, '>', $path or die "$path: $!"; print $out $text; close $out; }
sub run_or_die { system('bash', '-c', $_[0]) == 0 or die "failed: $_[0]\n"; }

my @sources = grep { $_ ne 'gateway/main.c' } glob 'modem/*.c modem/*/*.c store/*.c store/*/*.c templates/*.c gateway/*.c gateway/*/*.c gateway/*/*/*.c';
my @tests = sort map { basename $_, '.c' } glob 'tests/test_*.c';

# The program's objects stand in a library of their own: a change is one compilation and one link, and no test is
# linked again.
sub build_all {
    my ($folder, $cflags) = @_;
    my @support = map { s/\.c$/.o/r } grep { !/transcript_main/ } glob 'tests/support/*.c tests/county/*.c tests/fault/*.c';
    my @objects = map { s/\.c$/.o/r } @sources;
    my $short = $folder =~ s{^\Q$root\E/}{}r;
    my $wanted = join ' ', map { "$short/$_" } @objects, @support, 'gateway/main.o', 'embedded.o', (map { "tests/$_.o" } @tests), 'tests/support/transcript_main.o';
    run_or_die("make -s BUILD=$short CC='$cc' CFLAGS='$cflags -fPIC' CPPFLAGS= LDFLAGS= WARNINGS=-w $wanted >/dev/null");
    link_library($folder, "$folder/lib");
    my $link = "gcc $cflags -pthread -L$folder/lib";
    run_or_die("$link -o $folder/xiangyin $folder/gateway/main.o -lxiangyin $libs");
    my $helpers = join ' ', map { "$folder/$_" } @support;
    run_or_die("for t in @tests; do [ $folder/tests/\$t -nt $folder/tests/\$t.o ] || $link -o $folder/tests/\$t $folder/tests/\$t.o $helpers -lxiangyin $libs -lcmocka || exit 1; done");
    run_or_die("$link -o $folder/tests/transcript $folder/tests/support/transcript_main.o $helpers -lxiangyin $libs -lcmocka");
}

# except: a source whose object is another.
sub link_library {
    my ($folder, $to, $except, $instead) = @_;
    my @objects = map { $_ eq ($except // '') ? $instead : $folder . '/' . s/\.c$/.o/r } @sources;
    my $cover = $folder =~ /reach-build/ ? '--coverage' : '';
    make_path($to);
    return system("gcc $cover -shared -pthread -o $to/libxiangyin.so @objects $folder/embedded.o $libs 2>/dev/null") == 0;
}

my $is_late; # the last test was ended at its time-out: on a busy machine that alone says little

# Runs a test in a process group of its own; true when it passed. Nothing outlives it.
sub passes {
    my ($folder, $library, $test, $seconds, %more) = @_;
    my $pid = fork // die;
    if ($pid == 0) {
        setpgrp;
        make_path($more{TMPDIR});
        %ENV = (%ENV, XIANGYIN => "$folder/xiangyin", LD_LIBRARY_PATH => $library, CMOCKA_MESSAGE_OUTPUT => 'TAP', %more);
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$more{TMPDIR}/out";
        open STDERR, '>&', \*STDOUT;
        exec "$folder/tests/$test" or POSIX::_exit(127);
    }
    my $end = time + $seconds;
    my $done = 0;
    while (!($done = waitpid $pid, WNOHANG) && time < $end) { select undef, undef, undef, 0.02; }
    my $passed = $done && $? == 0;
    $is_late = !$done;
    kill 'KILL', -$pid;
    waitpid $pid, 0 unless $done;
    system 'rm', '-rf', $more{TMPDIR};
    return $passed;
}

# Runs the pieces of work side by side: work(n of the worker, piece).
sub side_by_side {
    my ($pieces, $work) = @_;
    my (%busy, @free);
    @free = (1 .. $jobs);
    for my $piece (@$pieces) {
        if (!@free) { my $pid = wait; push @free, delete $busy{$pid}; }
        my $worker = shift @free;
        my $pid = fork // die;
        if ($pid == 0) { $work->($worker, $piece); POSIX::_exit(0); }
        $busy{$pid} = $worker;
    }
    1 while wait != -1;
}

# build/mutants/reach/TEST: its seconds, then "FILE LINE LINE ..." for each file it reaches.
sub measure_reach {
    my $folder = "$build/reach-build";
    my @missing = grep { !-s "$build/reach/$_" } @tests;
    return if !@missing;
    build_all($folder, '-O0 --coverage -fprofile-update=atomic');
    make_path("$build/reach");
    side_by_side(\@missing, sub {
        my ($worker, $test) = @_;
        my ($seen, $begin) = ("$build/seen-$test", time);
        my $passed = passes($folder, "$folder/lib", $test, 400, TMPDIR => "$build/tmp-$worker", GCOV_PREFIX => $seen, GCOV_PREFIX_STRIP => 0);
        my $seconds = time - $begin;
        print STDERR "$test fails by itself\n" if !$passed;
        my $lines = sprintf "%.1f %d\n", $seconds, $passed;
        if ($passed) {
            my @data = split /\n/, `cd $seen$folder && find . -name '*.gcda'`;
            system "cd $folder && cp --parents $_ $seen$folder/" for map { s/gcda$/gcno/r } @data;
            my ($file, %lines);
            open my $out, '-|', "cd $root && gcov -t " . join(' ', map { "$seen$folder/$_" } @data) . ' 2>/dev/null';
            while (<$out>) {
                if (/^ +-: +0:Source:(.*)/) { $file = $1; }
                elsif (/^ *\d+\*?: *(\d+):/) { $lines{$file}{$1} = 1; }
            }
            $lines .= join(' ', $_, sort { $a <=> $b } keys %{$lines{$_}}) . "\n" for grep { /\.c$/ } sort keys %lines;
        }
        spill("$build/reach/$test", $lines);
        system 'rm', '-rf', $seen;
    });
}

my (%reach, %seconds); # {file}{line}{test}
sub read_reach {
    for my $test (@tests) {
        my ($head, @files) = split /\n/, slurp("$build/reach/$test");
        my ($seconds, $passed) = split ' ', $head;
        $seconds{$test} = $seconds;
        for (@files) {
            my ($file, @lines) = split ' ';
            $reach{$file}{$_}{$test} = 1 for @lines;
        }
    }
}

# The tests that reach a change, fastest first: its line; else, as for a table, whatever reaches the file.
sub tests_for {
    my ($file, $line) = @_;
    my $lines = $reach{$file} || {};
    my %found = map { $_ => 1 } keys %{$lines->{$line} || {}};
    if (!%found) { %found = (%found, map { $_ => 1 } keys %{$lines->{$_}}) for keys %$lines; }
    if (!%found) { # a file of tables alone: whatever reaches its folder
        for my $near (grep { dirname($_) eq dirname($file) } keys %reach) {
            %found = (%found, map { $_ => 1 } keys %$_) for values %{$reach{$near}};
        }
    }
    return grep { $seconds{$_} <= $longest } sort { $seconds{$a} <=> $seconds{$b} || $a cmp $b } keys %found;
}

sub assembly {
    my ($text, $file) = @_;
    my ($in, $out) = ("$build/same-$$.c", "$build/same-$$.s");
    spill($in, $text);
    my $is_built = system("gcc $flags -O1 -S -o $out $in 2>/dev/null") == 0;
    my $found = $is_built ? slurp($out) : undef;
    unlink $in, $out;
    return $found;
}

# Draws as many changes as wanted: first a class, then one of that class.
sub draw {
    my @files = map { -d $_ ? glob "$_/*.c" : $_ } @ARGV;
    my (%by_class, %text, @drawn, %same);
    for my $file (sort @files) {
        $text{$file} = slurp($file);
        push @{$by_class{$_->[0]}}, [$file, @$_] for Changes::of($text{$file});
    }
    srand $seed;
    while (@drawn < $count && %by_class) {
        my @classes = sort keys %by_class;
        my $class = $classes[int rand @classes];
        my ($change) = splice @{$by_class{$class}}, int rand @{$by_class{$class}}, 1;
        delete $by_class{$class} if !@{$by_class{$class}};
        my ($file, undef, $at, $length, $new) = @$change;
        my $changed = $text{$file};
        substr $changed, $at, $length, $new;
        $same{$file} //= assembly($text{$file}, $file);
        my $assembly = assembly($changed, $file);
        next if !defined $assembly || $assembly eq $same{$file};
        my $line = 1 + (substr($text{$file}, 0, $at) =~ tr/\n//);
        push @drawn, { n => @drawn + 1, class => $class, file => $file, line => $line, text => $changed };
    }
    return @drawn;
}

sub try_change {
    my ($worker, $change) = @_;
    my $own = "$build/worker-$worker";
    my ($path, $object) = ("$own/$change->{file}", "$own/changed.o");
    spill($path, $change->{text});
    my $diff = join '', grep { /^[-+](?![-+])/ } split /^/, `diff -u0 $change->{file} $path`;
    my ($fate, $tried) = ('not linked', 0);
    if (system("gcc $flags -O0 -fPIC -c -o $object $path 2>/dev/null") == 0 && link_library($build, "$own/lib", $change->{file}, $object)) {
        $fate = 'SURVIVED';
        for my $test (tests_for($change->{file}, $change->{line})) {
            my @run = ($build, "$own/lib", $test, 3 * $seconds{$test} + 20, TMPDIR => "$own/tmp");
            $tried++;
            # A failure counts when it comes again: the machine may have been busy.
            next if passes(@run) || passes(@run);
            $fate = "killed by $test" . ($is_late ? ', by its time-out' : '');
            last;
        }
        $fate = 'NOT REACHED' if $tried == 0;
    }
    unlink $path;
    spill("$build/fate/$change->{n}", sprintf "%d %s:%d %s: %s (%d tests)\n%s", $change->{n}, $change->{file}, $change->{line}, $change->{class}, $fate, $tried, $diff);
    print slurp("$build/fate/$change->{n}");
}

$| = 1;
$ENV{LC_ALL} = 'C.UTF-8';
build_all($build, '-O0');
measure_reach();
read_reach();
system 'rm', '-rf', "$build/fate";
my @changes = draw();
@changes = grep { $_->{n} == $only } @changes if $only;
side_by_side(\@changes, \&try_change);

my (%all, %killed);
for my $change (@changes) {
    my $is_killed = slurp("$build/fate/$change->{n}") =~ /: killed by/;
    for my $class ($change->{class}, 'all') { $all{$class}++; $killed{$class} += $is_killed ? 1 : 0; }
}
printf "%-20s %d of %d seen\n", $_, $killed{$_}, $all{$_} for (grep { $_ ne 'all' } sort keys %all), 'all';
