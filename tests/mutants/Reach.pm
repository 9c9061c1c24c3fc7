# Which test reaches which block of code, and how long it takes. What was measured stays in build/mutants/reach/, by
# the sources it was measured of; a test is measured again when it changed itself.
package Reach;
use strict;
use warnings;
use Digest::MD5;
use File::Basename qw(dirname);
use File::Path qw(make_path);
use Time::HiRes qw(time);
use Tree;

my $side_by_side = 8; # most tests wait most of the time
my (%block, %reach, %seconds); # {file} = lines, {file}{line}{test}, {test}

# kept/blocks: the place in the library and "FILE:LINE" of each block.
sub find_blocks {
    my ($library, $to) = @_;
    my @places = `objdump -d --no-show-raw-insn $library | sed -n 's/^ *\\([0-9a-f]*\\):.*call .*<__sanitizer_cov_trace_pc.*/\\1/p'`;
    spill("$to.places", join '', @places);
    my @lines = `addr2line -e $library <$to.places | sed 's,^$Tree::root/,,; s/ (discriminator.*//'`;
    spill($to, join '', map { chomp(my $place = $places[$_]); "$place $lines[$_]" } 0 .. $#places);
    unlink "$to.places";
}

# The library in which each block of code tells that it was reached; kept/blocks says that it stands.
sub build_telling {
    my ($folder, $kept) = @_;
    return if -s "$kept/blocks" && (readlink "$folder/of" // '') eq $kept;
    build_objects($folder, '-O0 -g1 -fsanitize-coverage=trace-pc', @sources);
    compile('tests/mutants/reached.c', "$folder/reached.o", '-O1 -fPIC -c') or die "reached.c is not compiled\n";
    link_whole($folder, "$folder/reached.o");
    find_blocks("$folder/lib/libwhole.so", "$kept/blocks");
    unlink "$folder/of";
    symlink $kept, "$folder/of";
}

# kept/TEST: its seconds and whether it passed, then the places it reached.
sub measure {
    my ($kept, @tests) = @_;
    my @missing = grep { my $is = -M "$kept/$_"; !defined $is || $is > -M source_of($_) } @tests;
    my $folder = "$build/telling";
    return if !@missing;
    make_path($kept);
    build_telling($folder, $kept);
    side_by_side($side_by_side, \@missing, sub {
        my ($worker, $test) = @_;
        my ($seen, $begin) = ("$build/seen-$worker", time);
        unlink $seen;
        my $passed = passes($folder, $test, 600, TMPDIR => "$build/tmp-$worker", REACH => $seen);
        my $marks = -e $seen ? slurp($seen) : '';
        my $found = sprintf "%.1f %d\n", time - $begin, $passed;
        $found .= sprintf "%x\n", pos($marks) - 6 while $marks =~ /\x01/g; # a call is five octets long
        print STDERR "$test fails by itself\n" if !$passed;
        spill("$kept/$test", $found);
        unlink $seen;
    });
}

sub read_kept {
    my ($kept, @tests) = @_;
    my %line_of = map { split ' ' } split /\n/, slurp("$kept/blocks");
    for (values %line_of) { my ($file, $line) = split /:/; $block{$file}{$line} = 1; }
    $block{$_} = [sort { $a <=> $b } keys %{$block{$_}}] for keys %block;
    for my $test (@tests) {
        my ($head, @places) = split /\n/, slurp("$kept/$test");
        ($seconds{$test}, my $passed) = split ' ', $head;
        next if !$passed;
        for (@places) {
            my ($file, $line) = split /:/, $line_of{$_} // next;
            $reach{$file}{$line}{$test} = 1;
        }
    }
}

# Looks only at these tests.
sub find {
    my @tests = @_;
    my $sum = Digest::MD5->new;
    $sum->add($_, slurp($_)) for @sources;
    my $kept = "$build/reach/" . substr $sum->hexdigest, 0, 12;
    measure($kept, @tests);
    read_kept($kept, @tests);
}

sub seconds { return $seconds{$_[0]}; }

# The tests that reach a change, fastest first: its block, which begins at its line or above; for a table whatever
# reaches the file, or its folder where the file has nothing else.
sub tests_for {
    my ($file, $line, $is_table) = @_;
    my ($begin) = reverse grep { $_ <= $line } @{$block{$file} // []};
    my @from = $is_table || !$begin ? values %{$reach{$file} // {}} : $reach{$file}{$begin} // {};
    if (!$block{$file}) { @from = map { values %{$reach{$_}} } grep { dirname($_) eq dirname($file) } keys %reach; }
    my %found = map { %$_ } @from;
    return sort { $seconds{$a} <=> $seconds{$b} || $a cmp $b } keys %found;
}

1;
