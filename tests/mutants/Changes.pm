# All small changes that could be made to one C file: each is a place in its text, what stands there, what takes
# its place, and the class it belongs to.
package Changes;
use strict;
use warnings;

# The text with comments, strings and characters blanked, so that patterns find only code; of the same length.
sub code_of {
    my ($text) = @_;
    $text =~ s{(/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|^[ \t]*#(?:\\\n|[^\n])*)}
              {my $all = $1; $all =~ s/[^\n]/_/g; $all}gsme;
    return $text;
}

# Where an operand that begins or ends here stops: at a bracket that it does not open, or at an operator that
# binds less than && does.
sub operand_end {
    my ($code, $at) = @_;
    my $depth = 0;
    for (my $i = $at; $i < length $code; $i++) {
        my $c = substr $code, $i, 1;
        $depth++ if $c =~ /[(\[{]/;
        return $i if $c =~ /[)\]}]/ && --$depth < 0;
        return $i if $depth == 0 && ($c =~ /[;,?:]/ || substr($code, $i, 2) =~ /^(?:&&|\|\|)/);
    }
    return length $code;
}

sub closing {
    my ($code, $at) = @_;
    my $depth = 0;
    for (my $i = $at; $i < length $code; $i++) {
        my $c = substr $code, $i, 1;
        $depth++ if $c eq '(';
        return $i if $c eq ')' && --$depth == 0;
    }
    return length $code;
}

my %near = ('<' => '<=', '<=' => '<', '>' => '>=', '>=' => '>');

# Calls add(class, offset, length, replacement).
sub conditions {
    my ($code, $text, $add) = @_;
    while ($code =~ /\b(?:if|while) (\()/g) {
        my ($from, $to) = ($-[1], closing($code, $-[1]));
        my $inside = substr $text, $from + 1, $to - $from - 1;
        $add->('negated condition', $from, $to - $from + 1, "(!($inside))");
        $add->('condition false', $from, $to - $from + 1, "(0 && ($inside))") if substr($code, $-[0], 2) eq 'if';
    }
    while ($code =~ /(?<=[\w)\] ]) (&&|\|\|)(?=\s)/g) {
        my ($from, $to) = ($-[1], operand_end($code, $+[1]));
        $add->('and, or', $from, 2, $1 eq '&&' ? '||' : '&&');
        $add->('clause dropped', $from, $to - $from, '');
    }
    while ($code =~ /(?<=\w|[)\]]) (<=?|>=?) (?=\S)/g) {
        $add->('boundary', $-[1], length $1, $near{$1});
    }
    while ($code =~ /(?<=\w|[)\]]) (==|!=) (?=\S)/g) {
        $add->('equal, unequal', $-[1], 2, $1 eq '==' ? '!=' : '==');
    }
    while ($code =~ /(?<=\S) (\?) /g) {
        my $middle = operand_end($code, $+[1]);
        next if substr($code, $middle, 1) ne ':';
        my $end = operand_end($code, $middle + 1);
        my ($yes, $no) = (substr($text, $+[1], $middle - $+[1]), substr $text, $middle + 1, $end - $middle - 1);
        $add->('other branch', $-[1], $end - $-[1], "?$no :$yes");
    }
}

sub numbers {
    my ($code, $text, $add) = @_;
    while ($code =~ /(?<=\w|[)\]]) ([+-]) (?=\w|\()/g) {
        $add->('plus, minus', $-[1], 1, $1 eq '+' ? '-' : '+');
    }
    while ($code =~ /(?<![\w.'])(0x[0-9a-fA-F]+|\d+)(?![\w.'])/g) {
        $add->('constant', $-[1], length $1, "($1 + 1)");
    }
    while ($code =~ /(?<=\w|[)\]]) ([&|]) (?=\S)/g) {
        $add->('constant', $-[1], 1, $1 eq '&' ? '|' : '&');
    }
}

sub statements {
    my ($code, $text, $add) = @_;
    while ($code =~ /^[ ]+((?:[a-z_][\w.>\[\]-]*\(|(?:\*|[a-z_])[\w.>\[\]*-]* (?:[-+|&]?=) |[a-z_][\w.>\[\]-]*(?:\+\+|--))[^;{}]*;)$/gm) {
        $add->('statement dropped', $-[1], length $1, ';' . "\n" x ($1 =~ tr/\n//));
    }
    while ($code =~ /(?:(?<=\n)|(?<=\},)|(?<=\{)) +(\{[^;{}]*\}(?:,|(?=\n)))(?=[ _]*\n| \{)/g) {
        $add->('row dropped', $-[1], length $1, "\n" x ($1 =~ tr/\n//));
    }
    while ($code =~ /\n\{\n((?:[ ]+[^\n]*\n|\n)*?)(?=[ ]+(?:if|for|while|return|switch|[a-z_]\w*\())/g) {
        $add->('returned early', $+[1], 0, '    return 0; ');
    }
}

# Words of SQL stand in strings.
sub queries {
    my ($code, $text, $add) = @_;
    while ($text =~ /"(?:\\.|[^"\\\n])*"/g) {
        my ($at, $string) = ($-[0], $&);
        next if $string !~ /\b(?:SELECT|WHERE|AND|FROM|ORDER BY|UPDATE|SET)\b/;
        $add->('query', $at + $-[1], length $1, $near{$1}) while $string =~ / (<=?|>=?) /g;
        $add->('query', $at + $-[0], length $&, $& eq ' = ' ? ' <> ' : ' = ') while $string =~ / (?:=|<>) /g;
        $add->('query', $at + $-[0], length $&, '') while $string =~ / AND (?:\w+\.)?\w+ (?:<>|[<>]?=|[<>]) [\$\w'.]+| DESC\b| LIMIT [\$\w]+| DISTINCT\b/g;
    }
}

# A list of [class, offset, length, replacement].
sub of {
    my ($text) = @_;
    my @found;
    my $code = code_of($text);
    my $add = sub { push @found, [@_] };
    conditions($code, $text, $add);
    numbers($code, $text, $add);
    statements($code, $text, $add);
    queries($code, $text, $add);
    return @found;
}

1;
