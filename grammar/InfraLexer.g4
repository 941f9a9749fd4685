// The words of the infra language. The input is bytes: what isn't ASCII may stand in strings and comments only, so
// offsets are byte offsets. grammar/scan/scanner.cpp drives the modes, drops blanks and comments, and decides which
// newlines count.
lexer grammar InfraLexer;

tokens { INTERPOLATION_CLOSE }

// The words of statements and operators. Each of them is still a name wherever that is unambiguous: see `anyName`.
KW_STACK : 'stack' ;
KW_PARAM : 'param' ;
KW_LET : 'let' ;
KW_TYPE : 'type' ;
KW_FN : 'fn' ;
KW_USE : 'use' ;
KW_AS : 'as' ;
KW_OUTPUT : 'output' ;
KW_ASSERT : 'assert' ;
KW_POLICY : 'policy' ;
KW_ON : 'on' ;
KW_TEST : 'test' ;
KW_WITH : 'with' ;
KW_EXPECT : 'expect' ;
KW_REJECTS : 'rejects' ;
KW_EXISTING : 'existing' ;
KW_FOR : 'for' ;
KW_IN : 'in' ;
KW_IF : 'if' ;
KW_ELSE : 'else' ;
KW_AND : 'and' ;
KW_OR : 'or' ;
KW_NOT : 'not' ;
KW_TRUE : 'true' ;
KW_FALSE : 'false' ;
KW_NULL : 'null' ;
NAME : [A-Za-z_] [A-Za-z0-9_]* ;

// Numbers. What the letters after a number mean, and whether an address is one, is decided in grammar/builders/literals.cpp,
// which can say what is wrong.
INT : DIGITS ;
FLOAT : DIGITS '.' DIGITS EXPONENT? | DIGITS EXPONENT ;
QUANTITY : DIGITS ('.' DIGITS)? [A-Za-z] [A-Za-z0-9_]* ;
PERCENT : DIGITS ('.' DIGITS)? '%' ;
ADDRESS : (IPV4 | IPV6) ('/' [0-9]+)? ;
fragment DIGITS : [0-9] [0-9_]* ;
fragment EXPONENT : [eE] [+-]? [0-9]+ ;
fragment IPV4 : [0-9]+ '.' [0-9]+ '.' [0-9]+ ('.' [0-9]+)* ;
// Bounded, or looking for the `::` that makes `a:a:a: …` an address would go to the end of the file at each `a`.
fragment IPV6
  : GROUPS? '::' (GROUPS (':' IPV4)? | IPV4)?
  | HEX ':' HEX ':' HEX ':' HEX ':' HEX ':' HEX ':' (HEX ':' HEX | IPV4)
  ;
fragment GROUPS
  : HEX (':' HEX (':' HEX (':' HEX (':' HEX (':' HEX (':' HEX)?)?)?)?)?)?
  ;
fragment HEX : [0-9A-Fa-f]+ ;

// A string without `${}` is one token; any other one, also one that is never closed, goes through a mode.
STRING : '"' (~["\\$\r\n] | '\\' ~[\r\n] | '$'+ (~["\\${\r\n] | '\\' ~[\r\n]))* '$'* '"' ;
STRING_OPEN : '"' ;
TEXT_OPEN : '"""' ;

ASSIGN : '=' ;
COLON : ':' ;
COMMA : ',' ;
SEMICOLON : ';' ;
LBRACE : '{' ;
RBRACE : '}' ;
LBRACKET : '[' ;
RBRACKET : ']' ;
LPAREN : '(' ;
RPAREN : ')' ;
DOT : '.' ;
OPTIONAL_DOT : '?.' ;
DOTDOT : '..' ;
QUESTION : '?' ;
COALESCE : '??' ;
PIPE : '|' ;
PLUS : '+' ;
MINUS : '-' ;
STAR : '*' ;
SLASH : '/' ;
PERCENT_SIGN : '%' ;
EQUAL : '==' ;
NOT_EQUAL : '!=' ;
LESS : '<' ;
LESS_EQUAL : '<=' ;
GREATER : '>' ;
GREATER_EQUAL : '>=' ;

NEWLINE : '\r'? '\n' [ \t\r\n\f]* ;
BLANK : [ \t\r\f]+ ;
DOC : '///' (~[/\r\n] ~[\r\n]*)? ;
LINE_COMMENT : '//' ~[\r\n]* ;
BLOCK_COMMENT : '/*' .*? '*/' ;

// What people bring along from other languages. Recognised so that the message can say what to write instead.
HASH_COMMENT : '#' ~[\r\n]* ;
HEREDOC : '<<' [-~]? [A-Za-z_] [A-Za-z0-9_]* ;
SINGLE_QUOTED : '\'' (~['\\\r\n] | '\\' ~[\r\n])* '\'' ;
AND_SIGN : '&&' ;
OR_SIGN : '||' ;
NOT_SIGN : '!' ;
ARROW : '=>' ;

OPEN_COMMENT : '/*' ;
BYTE_ORDER_MARK : '\u00EF\u00BB\u00BF' ;
UNKNOWN : [\u0080-\u00FF]+ | . ;

// Inside "…", after its opening quote.
mode IN_STRING;
STRING_CHARS : (~["\\$\r\n] | '\\' ~[\r\n])+ ;
STRING_DOLLAR : '$' ;
STRING_INTERPOLATION : '${' ;
STRING_CLOSE : '"' ;
STRING_BREAK : . ;

// Inside """…""".
mode IN_TEXT;
TEXT_CHARS : (~["\\$] | '\\' .)+ ;
TEXT_DOLLAR : '$' ;
TEXT_INTERPOLATION : '${' ;
TEXT_QUOTE : '"' ;
TEXT_CLOSE : '"""' ;
TEXT_BACKSLASH : '\\' ;

// Where a value can't be divided: String(/…/).
mode IN_REGEX;
REGEX : '/' (~[/\\[\r\n] | '\\' ~[\r\n] | '[' (~[\]\\\r\n] | '\\' ~[\r\n])* ']')+ '/' ;
REGEX_BREAK : . ;
