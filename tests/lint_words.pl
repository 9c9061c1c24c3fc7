#!/usr/bin/perl
# Names each variable of a template that no C file sets, each fact that C sets and no template shows, and each
# template of one language that the other lacks.
use strict;
use warnings;
use FindBin;
chdir "$FindBin::Bin/.." or die;

sub slurp { open my $in, '<', $_[0] or die "$_[0]: $!"; local $/; return scalar <$in>; }

my $code = join '', map { slurp($_) } glob 'gateway/*.c gateway/*/*.c gateway/*/*/*.c';
my %words = map { (my $word = $_) =~ tr/ /_/; $word => 1 } $code =~ /"([a-z_ ]+)"/g;
my (%shown, $bad);
for my $file (glob 'templates/zh/* templates/en/*') {
    for my $name (map { split /\./ } slurp($file) =~ /\{\{[{&#^\/]?\s*([a-z_.]+)\s*\}?\}\}/g) {
        $shown{$name} = 1;
        $bad = print "$file: nothing sets {{$name}}\n" if !$words{$name};
    }
    (my $other = $file) =~ s{/(zh|en)/}{$1 eq 'zh' ? '/en/' : '/zh/'}e;
    $bad = print "$file: there is no $other\n" if !-e $other;
}
$shown{$_} = 1 for slurp('gateway/manual/handbook.html') =~ /\{\{[#^\/]?([a-z_]+)\}\}/g;
for my $name ($code =~ /\bfacts_(?:text|number|flag|choice|date)\(\s*[^,"]+,\s*"([a-z_]+)"/g) {
    $bad = print "no template shows $name\n" if !$shown{$name};
}
# What stands inside of other texts is never sent, so no provider needs an approved template of it.
my ($inner) = slurp('gateway/provider/mapping.c') =~ /inner\[\] = \{(.*?)\}/s;
my %inner = map { $_ => 1 } $inner =~ /"([^"]+)"/g;
for my $file (glob 'templates/zh/*.txt') {
    for my $name (slurp($file) =~ /\{\{>\s*([a-z-]+)/g) {
        $bad = print "gateway/provider/mapping.c: $name stands inside of texts\n" if !$inner{$name}++;
    }
}
exit($bad ? 1 : 0);
