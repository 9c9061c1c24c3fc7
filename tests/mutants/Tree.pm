# The program in build/mutants: all its objects stand in one library, libwhole.so. Every test looks first into
# another, libchanged.so, which is empty but for the object of a change: a change is one compilation and one link of
# one object, and what it defines takes the place of what the whole has.
package Tree;
use strict;
use warnings;
use Cwd qw(getcwd);
use Exporter qw(import);
use File::Basename qw(dirname basename);
use File::Path qw(make_path);
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(time);
our @EXPORT = qw($build @sources @tests slurp spill build_all build_objects link_library link_whole compile assembly source_of passes was_late side_by_side);

our $root = getcwd();
our $build = "$root/build/mutants";
our @sources = grep { $_ ne 'gateway/main.c' }
    glob 'modem/*.c modem/*/*.c store/*.c store/*/*.c templates/*.c gateway/*.c gateway/*/*.c gateway/*/*/*.c';
my @programs = sort map { basename $_, '.c' } glob 'tests/test_*.c';
# Each dialogue is a test of its own, named dialogue_NAME.
our @tests = ((grep { $_ ne 'test_dialogues' } @programs), map { 'dialogue_' . basename $_, '.txt' } glob 'tests/dialogues/*.txt');

my $cc = (grep { -x "$_/ccache" } split /:/, $ENV{PATH}) ? 'ccache gcc' : 'gcc';
my @libraries = split ' ', `sed -n 's/^LIBRARIES := //p' Makefile`;
chomp(my $include = `pkg-config --cflags @libraries`);
chomp(my $libs = `pkg-config --libs @libraries`);
$libs .= ' -lunistring -lcsv -lm';
my $flags = "-std=gnu17 -D_GNU_SOURCE -I. $include -pthread -w";

sub slurp { open my $in, '<', $_[0] or die "$_[0]: $!"; local $/; return scalar <$in> // ''; }
sub spill { my ($path, $text) = @_; make_path(dirname $path); open my $out, '>', $path or die "$path: $!"; print $out $text; close $out; }
sub run_or_die { system('bash', '-c', $_[0]) == 0 or die "failed: $_[0]\n"; }

sub build_objects {
    my ($folder, $cflags, @c) = @_;
    my $short = $folder =~ s{^\Q$root\E/}{}r;
    my $wanted = join ' ', map { "$short/$_" =~ s/\.c$/.o/r } @c;
    run_or_die("make -s BUILD=$short CC='$cc' CFLAGS='$cflags -fPIC' CPPFLAGS= LDFLAGS= WARNINGS=-w $wanted >/dev/null");
}

sub link_library {
    my ($to, @objects) = @_;
    make_path(dirname $to);
    return system("gcc -shared -pthread -o $to @objects 2>/dev/null") == 0;
}

# The objects of all sources in a folder, with what else is given.
sub link_whole {
    my ($folder, @more) = @_;
    my @objects = ((map { "$folder/" . s/\.c$/.o/r } @sources), "$build/embedded.o", @more);
    my ($whole, $new) = ("$folder/lib/libwhole.so", "$folder/lib/new-$$.so");
    my $made = -M $whole;
    return if defined $made && !grep { -M $_ < $made } @objects;
    link_library($new, @objects, $libs) && rename $new, $whole or die "$folder: not linked\n";
}

sub build_all {
    my @support = grep { !/transcript_main/ } glob 'tests/support/*.c tests/county/*.c tests/fault/*.c';
    build_objects($build, '-O0', @sources, @support, 'gateway/main.c', 'embedded.c', (map { "tests/$_.c" } @programs), 'tests/support/transcript_main.c');
    link_whole($build);
    -e "$build/lib/libchanged.so" || link_library("$build/lib/libchanged.so", "-x c /dev/null") or die;
    my $link = "gcc -pthread -L$build/lib -Wl,--no-as-needed";
    my $helpers = join ' ', map { "$build/" . s/\.c$/.o/r } @support;
    run_or_die("$link -o $build/xiangyin $build/gateway/main.o -lchanged -lwhole $libs");
    run_or_die("for t in @programs; do [ $build/tests/\$t -nt $build/tests/\$t.o ] || $link -o $build/tests/\$t $build/tests/\$t.o $helpers -lchanged -lwhole $libs -lcmocka || exit 1; done");
    run_or_die("$link -o $build/tests/transcript $build/tests/support/transcript_main.o $helpers -lchanged -lwhole $libs -lcmocka");
}

sub compile {
    my ($from, $to, $how) = @_;
    return system("$cc $flags $how -o $to $from 2>/dev/null") == 0;
}

sub assembly {
    my ($text, $place) = @_;
    my ($in, $out) = ("$place.c", "$place.s");
    spill($in, $text);
    my $found = compile($in, $out, '-O1 -S') ? slurp($out) : undef;
    unlink $in, $out;
    return $found;
}

sub source_of { return $_[0] =~ /^dialogue_(.*)/ ? "tests/dialogues/$1.txt" : "tests/$_[0].c"; }

sub command_of {
    my ($test) = @_;
    return $test =~ /^dialogue_/ ? ("$build/tests/test_dialogues", source_of($test)) : ("$build/tests/$test");
}

my $is_late; # the last test was ended at its time-out: on a busy machine that alone says little
sub was_late { return $is_late; }

# Runs a test in a process group of its own, with the libraries of a folder before the usual ones; true when it
# passed. Nothing outlives it.
sub passes {
    my ($folder, $test, $seconds, %more) = @_;
    my $pid = fork // die;
    if ($pid == 0) {
        setpgrp;
        make_path($more{TMPDIR});
        %ENV = (%ENV, XIANGYIN => "$build/xiangyin", LD_LIBRARY_PATH => "$folder/lib:$build/lib", CMOCKA_MESSAGE_OUTPUT => 'TAP', %more);
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$more{TMPDIR}/out";
        open STDERR, '>&', \*STDOUT;
        exec command_of($test) or POSIX::_exit(127);
    }
    my $end = time + $seconds;
    my $done = 0;
    while (!($done = waitpid $pid, WNOHANG) && time < $end) { select undef, undef, undef, 0.1; }
    my $passed = $done && $? == 0;
    $is_late = !$done;
    kill 'KILL', -$pid;
    waitpid $pid, 0 unless $done;
    system 'rm', '-rf', $more{TMPDIR};
    return $passed;
}

# Runs the pieces of work side by side: work(n of the worker, piece).
sub side_by_side {
    my ($jobs, $pieces, $work) = @_;
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

1;
