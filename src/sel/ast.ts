// The syntax tree of a program.
//
// Chains that a text may stretch to thousands of links (operators of one rank, suffixes, else-ifs, conditions of nested
// `?:`, signs) are lists, so that walking a tree never recurses along them. What still nests is bounded by NESTING_LIMIT.

import type { Span } from './fault.ts';

type Literal = null | boolean | bigint | number | string;

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
export type RelationOperator = '==' | '!=' | '<' | '>' | '<=' | '>=';
export type AssignmentOperator = '=' | '+=' | '-=' | '*=' | '/=' | '%=';
export type SignOperator = '-' | '+' | '!';

export interface Link extends Span {
  readonly operator: ArithmeticOperator | RelationOperator;
  readonly operand: Expression;
}

export type Suffix = Span &
  (
    | { readonly kind: 'index'; readonly index: Expression }
    | { readonly kind: 'field'; readonly name: string }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  );

export type Expression = Span &
  (
    | { readonly kind: 'literal'; readonly value: Literal }
    | { readonly kind: 'name'; readonly name: string }
    /** Signs in the order of the text: the last is applied first. */
    | {
        readonly kind: 'signed';
        readonly signs: readonly SignOperator[];
        readonly operand: Expression;
      }
    /** Operators of one rank, from left to right; never empty. */
    | { readonly kind: 'chain'; readonly first: Expression; readonly links: readonly Link[] }
    /** Two or more operands. */
    | {
        readonly kind: 'logic';
        readonly operator: '&&' | '||';
        readonly operands: readonly Expression[];
      }
    /** `a ? b : c ? d : e` has two arms, and `e` for otherwise. */
    | {
        readonly kind: 'choice';
        readonly arms: readonly ChoiceArm[];
        readonly otherwise: Expression;
      }
    | {
        readonly kind: 'assignment';
        readonly name: string;
        readonly index: Expression | undefined;
        readonly operator: AssignmentOperator;
        readonly value: Expression;
      }
    /** Never without suffixes. */
    | { readonly kind: 'access'; readonly base: Expression; readonly suffixes: readonly Suffix[] }
    | {
        readonly kind: 'new-object';
        readonly className: string;
        readonly args: readonly Expression[];
      }
    | { readonly kind: 'new-array'; readonly elementType: string; readonly size: Expression }
    | {
        readonly kind: 'new-array-of';
        readonly elementType: string;
        readonly elements: readonly Expression[];
      }
  );

export interface ChoiceArm {
  readonly condition: Expression;
  readonly chosen: Expression;
}

export interface DeclaredType {
  readonly name: string;
  readonly isArray: boolean;
}

export interface DeclaredVariable extends Span {
  readonly name: string;
  readonly value: Expression | undefined;
}

export type Declaration = Span & {
  readonly kind: 'declaration';
  readonly type: DeclaredType;
  readonly variables: readonly DeclaredVariable[];
};

export type ExpressionStatement = Span & {
  readonly kind: 'expression';
  readonly expression: Expression;
};

export interface IfArm {
  readonly condition: Expression;
  readonly chosen: Statement;
}

export type Statement =
  | Declaration
  | ExpressionStatement
  | (Span &
      (
        | { readonly kind: 'block'; readonly statements: readonly Statement[] }
        | {
            readonly kind: 'if';
            readonly arms: readonly IfArm[];
            readonly otherwise: Statement | undefined;
          }
        | { readonly kind: 'while'; readonly condition: Expression; readonly body: Statement }
        | {
            readonly kind: 'for';
            readonly init: Declaration | ExpressionStatement | undefined;
            readonly condition: Expression | undefined;
            readonly step: Expression | undefined;
            readonly body: Statement;
          }
        | { readonly kind: 'break' }
        | { readonly kind: 'continue' }
        | { readonly kind: 'return'; readonly value: Expression }
        | { readonly kind: 'throw'; readonly value: Expression }
      ));

export interface Tree {
  readonly statements: readonly Statement[];
}
