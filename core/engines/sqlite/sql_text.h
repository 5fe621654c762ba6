// The text of a CREATE statement as SQLite keeps it, taken apart as far as a schema must be known that no pragma tells:
// checks, generated expressions, expressions and conditions of indexes, bodies of triggers.
//
// The normal form of a piece has one blank where one is needed, no comments, and words outside quotes in lower case, so
// that two spellings of one thing are alike.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shardwright::sqlite {

struct SqlToken {
  enum class Kind {
    Word,     // keyword, bare name or number; in lower case
    Quoted,   // "name", [name], `name`, 'text', x'blob', as it stands
    Symbol,
  };
  Kind kind = Kind::Symbol;
  std::string text;

  bool isWord(std::string_view word) const { return kind == Kind::Word && text == word; }
  bool isSymbol(std::string_view symbol) const { return kind == Kind::Symbol && text == symbol; }
};

using SqlTokens = std::span<const SqlToken>;

std::vector<SqlToken> tokensOf(std::string_view sql);
std::string normalForm(SqlTokens tokens);
std::string nameIn(const SqlToken& token);  // without its quotes

// The tokens between the parenthesis at `open` and its partner (or the end).
SqlTokens insideParentheses(SqlTokens tokens, std::size_t open);
// Pieces between the commas that stand in no parentheses.
std::vector<SqlTokens> splitAtCommas(SqlTokens tokens);

struct CreateTableParts {
  struct Generated {
    std::string column;
    std::string expression;
  };
  std::vector<std::string> checks;
  std::vector<Generated> generated;
  std::vector<std::string> options;  // STRICT, AUTOINCREMENT, and definitions with ON CONFLICT or DEFERRABLE in them
};
CreateTableParts createTableParts(std::string_view sql);

struct CreateIndexParts {
  std::vector<std::string> columns;  // as they stand, without COLLATE, ASC and DESC
  std::string where;
};
CreateIndexParts createIndexParts(std::string_view sql);

std::string triggerBody(std::string_view sql);  // what stands behind CREATE TRIGGER name

}  // namespace shardwright::sqlite
