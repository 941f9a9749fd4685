// The grammar of the infra language: LL(1) throughout, so that parsing needs no prediction and messages stand at the
// first token that is wrong. Kinds (`vpc`, `task` …) are schema, never keywords.
//
// The scanner does its part to keep it so: brackets are always balanced here, a newline inside ( ) or [ ] is no
// token, several newlines are one, none follows `{`, `,` or `;`, and before each `}` that ends a block or a map
// there is a separator (an empty NEWLINE if nothing was written).
parser grammar InfraParser;

options { tokenVocab = InfraLexer; superClass = ParserBase; }

@parser::postinclude {
#include "grammar/parser_base.h"
}

// ── Items ────────────────────────────────────────────────────────────────────
// A file is lines to its end. Parsing goes line by line, so that memory is bounded; a line is also the unit of recovery.
line : content=item (NEWLINE | SEMICOLON) ;

block : LBRACE (lines+=line | NEWLINE | SEMICOLON)* RBRACE ;

item
  : (name=itemName (more=rest | title=label body=block))
  | stack=stackItem
  | param=paramItem
  | let=letItem
  | alias=typeItem
  | fn=fnItem
  | use=useItem
  | output=outputItem
  | assertion=assertItem
  | policy=policyItem
  | test=testItem
  | with=withItem
  | expect=expectItem
  | rejects=rejectsItem
  | existing=existingItem
  | loop=forItem
  | condition=ifItem
  | otherwise=elseItem
  ;

// Every statement's word can be an attribute's name, or the kind of a block without label.
rest : ASSIGN value=expr | body=block ;

stackItem : word=KW_STACK (more=rest | title=label) ;
paramItem : word=KW_PARAM (more=rest | name=anyName (COLON of=typeExpr)? (ASSIGN value=expr)?) ;
letItem : word=KW_LET (more=rest | name=anyName (COLON of=typeExpr)? ASSIGN value=expr) ;
typeItem : word=KW_TYPE (more=rest | name=anyName ASSIGN of=typeExpr) ;
fnItem
  : word=KW_FN (more=rest
    | name=anyName LPAREN (parameters+=fnParameter (COMMA (parameters+=fnParameter)?)*)? RPAREN COLON of=typeExpr
      ASSIGN value=expr)
  ;
fnParameter : name=anyName COLON of=typeExpr ;
useItem : word=KW_USE (more=rest | path=string KW_AS alias=anyName) ;
outputItem : word=KW_OUTPUT (more=rest | name=anyName (COLON of=typeExpr)? ASSIGN value=expr) ;
assertItem : word=KW_ASSERT (ASSIGN value=expr | condition=expr (KW_ELSE message=expr)?) ;
policyItem : word=KW_POLICY (more=rest | title=label (KW_ON kind=anyName variable=anyName)? body=block) ;
testItem : word=KW_TEST (more=rest | title=string body=block) ;
withItem : word=KW_WITH more=rest ;
expectItem : word=KW_EXPECT (ASSIGN value=expr | condition=expr) ;
rejectsItem : word=KW_REJECTS (more=rest | code=anyName body=block) ;
existingItem : word=KW_EXISTING (more=rest | kind=anyName (title=label)? body=block) ;
forItem : word=KW_FOR (ASSIGN value=expr | over=clause body=block) ;
ifItem : word=KW_IF (ASSIGN value=expr | condition=expr body=block (branches+=elseBranch)*) ;
elseBranch : word=KW_ELSE (KW_IF condition=expr)? body=block ;
elseItem : word=KW_ELSE ASSIGN value=expr ;

clause : first=anyName (COMMA second=anyName)? KW_IN source=expr (KW_IF condition=expr)? ;

// ── Names ────────────────────────────────────────────────────────────────────
// One rule each, of single tokens: ANTLR makes a set of it.
anyName
  : NAME | KW_STACK | KW_PARAM | KW_LET | KW_TYPE | KW_FN | KW_USE | KW_AS | KW_OUTPUT | KW_ASSERT | KW_POLICY | KW_ON
  | KW_TEST | KW_WITH | KW_EXPECT | KW_REJECTS | KW_EXISTING | KW_FOR | KW_IN | KW_IF | KW_ELSE | KW_AND | KW_OR
  | KW_NOT | KW_TRUE | KW_FALSE | KW_NULL
  ;
// The names that begin no other item.
itemName : NAME | KW_AS | KW_ON | KW_IN | KW_AND | KW_OR | KW_NOT | KW_TRUE | KW_FALSE | KW_NULL ;
label : name=anyName | text=string ;

// ── Strings ──────────────────────────────────────────────────────────────────
string : plain=STRING | open=(STRING_OPEN | TEXT_OPEN) parts+=part* (STRING_CLOSE | TEXT_CLOSE) ;
part : chars=STRING_CHARS | STRING_INTERPOLATION value=expr INTERPOLATION_CLOSE ;

// ── Expressions ──────────────────────────────────────────────────────────────
// Flat: grammar/builders/precedence.cpp folds operands and operators into a tree, by one table. One rule a level would cost ten
// calls for each number.
expr
  : operands+=operand
    (operators+=(PLUS | MINUS | STAR | SLASH | PERCENT_SIGN | EQUAL | NOT_EQUAL | LESS | LESS_EQUAL | GREATER
      | GREATER_EQUAL | KW_AND | KW_OR | KW_IN | COALESCE | DOTDOT)
     NEWLINE? operands+=operand)*
    (QUESTION NEWLINE? yes=expr NEWLINE? COLON NEWLINE? no=expr)?
  ;

operand
  : prefixes+=(MINUS | KW_NOT)*
    ( literal=(INT | FLOAT | QUANTITY | PERCENT | ADDRESS | KW_TRUE | KW_FALSE | KW_NULL)
    | name=(NAME | KW_STACK | KW_PARAM | KW_LET | KW_TYPE | KW_FN | KW_USE | KW_AS | KW_OUTPUT | KW_ASSERT | KW_POLICY
        | KW_ON | KW_TEST | KW_WITH | KW_EXPECT | KW_REJECTS | KW_EXISTING)
    | text=string
    | items=list
    | entries=map
    | open=LPAREN inner=expr close=RPAREN
    )
    suffixes+=suffix*
  ;

suffix
  : dot=(DOT | OPTIONAL_DOT) member=anyName
  | LBRACKET index=expr RBRACKET
  | call=LPAREN (arguments+=expr (COMMA (arguments+=expr)?)*)? RPAREN
  ;

list
  : LBRACKET
    ( KW_FOR over=clause COLON value=expr
    | (items+=expr (COMMA (items+=expr)?)*)?
    )
    RBRACKET
  ;

// `for` first in braces begins a comprehension unless a `:` follows, so it is kept apart from the other keys.
map
  : LBRACE
    ( words+=KW_FOR ( comprehension=mapFor NEWLINE?
             | COLON NEWLINE? reserved+=expr (COMMA | NEWLINE)
               ((entries+=mapEntry | words+=KW_FOR COLON NEWLINE? reserved+=expr)? (COMMA | NEWLINE))* )
    | ( (entries+=mapEntry)? (COMMA | NEWLINE)
        ((entries+=mapEntry | words+=KW_FOR COLON NEWLINE? reserved+=expr)? (COMMA | NEWLINE))* )?
    )
    RBRACE
  ;
mapFor : over=clause COLON NEWLINE? key=expr COLON NEWLINE? value=expr ;
mapEntry : key=mapKey COLON NEWLINE? value=expr ;
mapKey : name=keyName | text=string | LPAREN value=expr RPAREN ;
keyName
  : NAME | KW_STACK | KW_PARAM | KW_LET | KW_TYPE | KW_FN | KW_USE | KW_AS | KW_OUTPUT | KW_ASSERT | KW_POLICY | KW_ON
  | KW_TEST | KW_WITH | KW_EXPECT | KW_REJECTS | KW_EXISTING | KW_IN | KW_IF | KW_ELSE | KW_AND | KW_OR | KW_NOT
  | KW_TRUE | KW_FALSE | KW_NULL
  ;

// ── Types ────────────────────────────────────────────────────────────────────
typeExpr : members+=typeMember (PIPE NEWLINE? members+=typeMember)* ;
typeMember
  : ( name=anyName (DOT path+=anyName)* (LESS arguments+=typeExpr (COMMA arguments+=typeExpr)* close=GREATER)? (limit=refinement)?
    | text=string
    | fields=record
    | open=LPAREN inner=typeExpr RPAREN
    )
    optional=QUESTION?
  ;
refinement : LPAREN (range=expr | regex=REGEX) RPAREN ;
record : LBRACE ((fields+=field)? (COMMA | NEWLINE))* RBRACE ;
field : name=anyName COLON of=typeExpr ;
