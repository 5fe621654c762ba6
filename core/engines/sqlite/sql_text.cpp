#include "core/engines/sqlite/sql_text.h"

#include <algorithm>
#include <array>

namespace shardwright::sqlite {

namespace {

// Bytes beyond ASCII belong to names.
bool isWordByte(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c >= 0x80;
}

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Where the comment or blank space at `at` ends; `at` itself if there is none.
std::size_t skipBlank(std::string_view sql, std::size_t at) {
  if (isBlank(sql[at])) return at + 1;
  const auto endOr = [&](std::size_t found, std::size_t more) {
    return found == std::string_view::npos ? sql.size() : found + more;
  };
  if (sql.substr(at, 2) == "--") return endOr(sql.find('\n', at), 1);
  if (sql.substr(at, 2) == "/*") return endOr(sql.find("*/", at + 2), 2);
  return at;
}

// Where the quoted thing that opens at `at` ends. A doubled quote stands for itself; brackets know no doubling.
std::size_t quotedEnd(std::string_view sql, std::size_t at) {
  const char close = sql[at] == '[' ? ']' : sql[at];
  for (std::size_t i = at + 1; i < sql.size(); ++i) {
    if (sql[i] != close) continue;
    if (close != ']' && i + 1 < sql.size() && sql[i + 1] == close)
      ++i;
    else
      return i + 1;
  }
  return sql.size();
}

bool opensQuote(char c) { return c == '"' || c == '\'' || c == '`' || c == '['; }

std::size_t symbolEnd(std::string_view sql, std::size_t at) {
  constexpr std::array<std::string_view, 10> longer = {"->>", "<=", ">=", "<>", "!=", "==", "||", "<<", ">>", "->"};
  for (const std::string_view symbol : longer)
    if (sql.substr(at, symbol.size()) == symbol) return at + symbol.size();
  return at + 1;
}

bool needsBlank(const SqlToken& left, const SqlToken& right) {
  if (left.isSymbol("(") || left.isSymbol(".")) return false;
  return !(right.isSymbol(")") || right.isSymbol(",") || right.isSymbol(".") || right.isSymbol(";") ||
           (right.isSymbol("(") && left.kind == SqlToken::Kind::Word));
}

std::size_t closingOf(SqlTokens tokens, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i].isSymbol("(")) ++depth;
    if (tokens[i].isSymbol(")") && --depth == 0) return i;
  }
  return tokens.size();
}

std::size_t firstOpening(SqlTokens tokens) {
  const auto found = std::ranges::find_if(tokens, [](const SqlToken& token) { return token.isSymbol("("); });
  return static_cast<std::size_t>(found - tokens.begin());
}

bool isTableConstraint(const SqlToken& first) {
  return first.isWord("constraint") || first.isWord("primary") || first.isWord("unique") || first.isWord("check") ||
         first.isWord("foreign");
}

void readDefinition(SqlTokens definition, CreateTableParts& parts) {
  if (definition.empty()) return;
  const bool isColumn = !isTableConstraint(definition[0]);
  bool asksForMore = false;
  for (std::size_t i = 1; i < definition.size() + 1; ++i) {
    const SqlToken& before = definition[i - 1];
    const bool group = i < definition.size() && definition[i].isSymbol("(");
    const bool isName = isColumn && i == 1;
    if (!isName) {
      if (group && before.isWord("check")) parts.checks.push_back(normalForm(insideParentheses(definition, i)));
      if (group && before.isWord("as"))
        parts.generated.push_back({nameIn(definition[0]), normalForm(insideParentheses(definition, i))});
      if (before.isWord("autoincrement")) parts.options.push_back("AUTOINCREMENT");
      if (before.isWord("conflict") || before.isWord("deferrable")) asksForMore = true;
    }
    if (group) i = closingOf(definition, i);
  }
  if (asksForMore) parts.options.push_back(normalForm(definition));
}

}  // namespace

std::vector<SqlToken> tokensOf(std::string_view sql) {
  std::vector<SqlToken> tokens;
  for (std::size_t at = 0; at < sql.size();) {
    if (const std::size_t past = skipBlank(sql, at); past != at) {
      at = past;
      continue;
    }
    std::size_t end = at;
    SqlToken token;
    const bool isBlob = lower(sql[at]) == 'x' && sql.substr(at + 1, 1) == "'";
    if (opensQuote(sql[at]) || isBlob) {
      token.kind = SqlToken::Kind::Quoted;
      end = quotedEnd(sql, isBlob ? at + 1 : at);
    } else if (isWordByte(static_cast<unsigned char>(sql[at]))) {
      token.kind = SqlToken::Kind::Word;
      while (end < sql.size() && isWordByte(static_cast<unsigned char>(sql[end]))) ++end;
    } else {
      end = symbolEnd(sql, at);
    }
    token.text = sql.substr(at, end - at);
    if (token.kind == SqlToken::Kind::Word) std::ranges::transform(token.text, token.text.begin(), lower);
    tokens.push_back(std::move(token));
    at = end;
  }
  return tokens;
}

std::string normalForm(SqlTokens tokens) {
  std::string out;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (i > 0 && needsBlank(tokens[i - 1], tokens[i])) out += ' ';
    out += tokens[i].text;
  }
  return out;
}

std::string nameIn(const SqlToken& token) {
  if (token.kind != SqlToken::Kind::Quoted || token.text.size() < 2) return token.text;
  const std::string_view inner = std::string_view(token.text).substr(1, token.text.size() - 2);
  if (token.text.front() == '[') return std::string(inner);
  std::string out;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    out += inner[i];
    if (inner[i] == token.text.front()) ++i;
  }
  return out;
}

SqlTokens insideParentheses(SqlTokens tokens, std::size_t open) {
  const std::size_t from = std::min(open + 1, tokens.size());
  return tokens.subspan(from, std::max(closingOf(tokens, open), from) - from);
}

std::vector<SqlTokens> splitAtCommas(SqlTokens tokens) {
  std::vector<SqlTokens> pieces;
  std::size_t from = 0;
  int depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].isSymbol("(")) ++depth;
    if (tokens[i].isSymbol(")")) --depth;
    if (depth != 0 || !tokens[i].isSymbol(",")) continue;
    pieces.push_back(tokens.subspan(from, i - from));
    from = i + 1;
  }
  pieces.push_back(tokens.subspan(from));
  return pieces;
}

CreateTableParts createTableParts(std::string_view sql) {
  const auto tokens = tokensOf(sql);
  const std::size_t open = firstOpening(tokens);
  CreateTableParts parts;
  for (const SqlTokens definition : splitAtCommas(insideParentheses(tokens, open))) readDefinition(definition, parts);
  for (std::size_t i = closingOf(tokens, open); i < tokens.size(); ++i)
    if (tokens[i].isWord("strict")) parts.options.push_back("STRICT");
  return parts;
}

CreateIndexParts createIndexParts(std::string_view sql) {
  const auto tokens = tokensOf(sql);
  const std::size_t open = firstOpening(tokens);
  CreateIndexParts parts;
  for (SqlTokens column : splitAtCommas(insideParentheses(tokens, open))) {
    if (!column.empty() && (column.back().isWord("asc") || column.back().isWord("desc")))
      column = column.first(column.size() - 1);
    if (column.size() > 2 && column[column.size() - 2].isWord("collate")) column = column.first(column.size() - 2);
    parts.columns.push_back(normalForm(column));
  }
  for (std::size_t i = closingOf(tokens, open); i < tokens.size(); ++i) {
    if (!tokens[i].isWord("where")) continue;
    parts.where = normalForm(SqlTokens(tokens).subspan(i + 1));
    break;
  }
  return parts;
}

std::string triggerBody(std::string_view sql) {
  const auto tokens = tokensOf(sql);
  return normalForm(SqlTokens(tokens).subspan(std::min<std::size_t>(3, tokens.size())));
}

}  // namespace shardwright::sqlite
