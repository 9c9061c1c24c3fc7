#!/usr/bin/perl
# How much the tests see: makes small changes to the code at random, one at a time, and runs the tests that reach
# the changed block, fastest first, until one fails.
#
#   perl tests/mutants/run.pl [--count 60] [--seed 1] [--jobs 2] [--tests PATTERN] [--only N,N ...] [--list] ROOM...
#
# ROOM is a folder (its own .c files), a file, or lines of a file, FILE:FROM-TO. Everything is built in build/mutants/. Which test reaches which block
# is measured once for the same sources, and again for a test that changed. A change that leaves the compiler's
# output as it was is not counted. To be quick, draw with the tests that are nearest, --tests 'store|journal', and try
# the survivors again with --only and all tests. --list only shows what would be tried. Prints each change as a diff
# with what became of it; the same seed draws the same changes from the same code.
use strict;
use warnings;
use FindBin;
use Getopt::Long;
use lib $FindBin::Bin;
BEGIN { chdir "$FindBin::Bin/../.." or die; }
use Changes;
use Reach;
use Tree;

my ($count, $seed, $jobs, $only, $pattern, $is_list) = (60, 1, 2, '', '', 0);
GetOptions('count=i' => \$count, 'seed=i' => \$seed, 'jobs=i' => \$jobs, 'only=s' => \$only, 'tests=s' => \$pattern,
           'list' => \$is_list) && @ARGV
    or die "usage: perl tests/mutants/run.pl [--count N] [--seed N] [--jobs N] [--tests PATTERN] [--only N,N] [--list] ROOM...\n";

my $here = "$build/draw-$seed";

# Whether a place in a text stands outside of all functions.
sub is_in_table {
    my ($text, $at) = @_;
    my ($last) = substr($text, 0, $at) =~ /.*^([{}])/ms;
    return ($last // '}') eq '}';
}

sub line_at { my ($text, $at) = @_; return 1 + (substr($text, 0, $at) =~ tr/\n//); }

# Draws as many changes as wanted: first a class, then one of that class.
sub draw {
    my @files = map { -d $_ ? glob "$_/*.c" : $_ } @ARGV;
    my (%by_class, %text, @drawn, %same);
    for (sort @files) {
        my ($file, $from, $to) = /^(.*?)(?::(\d+)-(\d+))?$/;
        $text{$file} = slurp($file);
        for my $change (Changes::of($text{$file})) {
            my $line = line_at($text{$file}, $change->[1]);
            push @{$by_class{$change->[0]}}, [$file, @$change] if !$from || ($line >= $from && $line <= $to);
        }
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
        $same{$file} //= assembly($text{$file}, "$here/drawn");
        my $assembly = assembly($changed, "$here/drawn");
        next if !defined $assembly || $assembly eq $same{$file};
        push @drawn, { n => @drawn + 1, class => $class, file => $file, line => line_at($text{$file}, $at),
                       text => $changed, is_in_table => is_in_table($text{$file}, $at) };
    }
    return @drawn;
}

sub diff_of {
    my ($change, $path) = @_;
    spill($path, $change->{text});
    return join '', grep { /^[-+](?![-+])/ } split /^/, `diff -u0 $change->{file} $path`;
}

sub describe {
    my ($change, $fate, $diff) = @_;
    return sprintf "%d %s:%d %s: %s\n%s", @$change{qw(n file line class)}, $fate, $diff;
}

sub fate_of {
    my ($change, $own) = @_;
    my @tried = Reach::tests_for(@$change{qw(file line is_in_table)});
    return 'NOT REACHED' if !@tried;
    for my $n (0 .. $#tried) {
        my @run = ($own, $tried[$n], 3 * Reach::seconds($tried[$n]) + 20, TMPDIR => "$own/tmp");
        # A failure counts when it comes again: the machine may have been busy.
        next if passes(@run) || passes(@run);
        return sprintf 'killed by %s%s (%d tests)', $tried[$n], was_late() ? ', by its time-out' : '', $n + 1;
    }
    return sprintf 'SURVIVED (%d tests)', scalar @tried;
}

sub try_change {
    my ($worker, $change) = @_;
    my $own = "$here/worker-$worker";
    my ($path, $object) = ("$own/$change->{file}", "$own/changed.o");
    my $diff = diff_of($change, $path);
    my $is_built = compile($path, $object, '-O0 -fPIC -c')
        && link_library("$own/lib/libchanged.so", $object);
    my $told = describe($change, $is_built ? fate_of($change, $own) : 'not linked', $diff);
    unlink $path;
    spill("$here/fate/$change->{n}", $told);
    print $told;
}

$| = 1;
$ENV{LC_ALL} = 'C.UTF-8';
build_all() if !$is_list;
my @changes = draw();
my %chosen = map { $_ => 1 } split /,/, $only;
@changes = grep { $chosen{$_->{n}} } @changes if %chosen;
if ($is_list) { print describe($_, 'to be tried', diff_of($_, "$here/listed.c")) for @changes; exit; }
Reach::find(grep { /$pattern/ } @tests);
system 'rm', '-rf', "$here/fate";
side_by_side($jobs, \@changes, \&try_change);

my (%all, %killed);
for my $change (@changes) {
    my $is_killed = slurp("$here/fate/$change->{n}") =~ /: killed by/;
    for my $class ($change->{class}, 'all') { $all{$class}++; $killed{$class} += $is_killed ? 1 : 0; }
}
printf "%-20s %d of %d seen\n", $_, $killed{$_}, $all{$_} for (grep { $_ ne 'all' } sort keys %all), 'all';
