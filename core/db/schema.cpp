#include "core/db/schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/bytes.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace shardwright {

namespace {

// ---- one canonical form, which the fingerprint hashes and the comparison reads

// JSON is UTF-8; what a database holds need not be.
Json toJson(const std::string& text) { return isUtf8(text) ? Json(text) : Json{{"hex", toHex(text)}}; }

Json toJson(const std::vector<std::string>& texts) {
  Json out = Json::array();
  for (const std::string& text : texts) out.push_back(toJson(text));
  return out;
}

Json toJson(const ColumnSchema& c) {
  return {{"name", toJson(c.name)},
          {"type", toJson(c.type)},
          {"collation", toJson(c.collation)},
          {"default", toJson(c.defaultValue)},
          {"notNull", c.notNull},
          {"generated", c.generated},
          {"expression", toJson(c.expression)}};
}

Json toJson(const IndexSchema& i) {
  return {{"columns", toJson(i.columns)},
          {"collations", toJson(i.collations)},
          {"unique", i.unique},
          {"partial", i.partial},
          {"where", toJson(i.where)}};
}

Json toJson(const ForeignKeySchema& f) {
  return {{"table", toJson(f.table)},           {"references", toJson(f.references)}, {"columns", toJson(f.columns)},
          {"referenced", toJson(f.referenced)}, {"onDelete", toJson(f.onDelete)},     {"onUpdate", toJson(f.onUpdate)}};
}

Json toJson(const TriggerSchema& t) { return toJson(t.sql); }

// Order of declaration means nothing for what is in here.
template <class T>
std::vector<std::string> sortedForms(const std::vector<T>& things) {
  std::vector<std::string> forms;
  for (const T& thing : things) forms.push_back(canonicalJson(toJson(thing)));
  std::ranges::sort(forms);
  return forms;
}

Json canonicalForm(const TableSchema& t) {
  Json columns = Json::array();
  for (const ColumnSchema& column : t.columns) columns.push_back(toJson(column));
  return {{"name", toJson(t.name)},
          {"columns", std::move(columns)},
          {"primaryKey", toJson(t.primaryKey)},
          {"rowidIsKey", t.rowidIsKey},
          {"withoutRowid", t.withoutRowid},
          {"indexes", sortedForms(t.indexes)},
          {"foreignKeys", sortedForms(t.foreignKeys)},
          {"triggers", sortedForms(t.triggers)},
          {"checks", sortedForms(t.checks)},
          {"options", sortedForms(t.options)}};
}

// ---- sentences

std::string shown(std::string_view text) { return text.empty() ? "none" : printable(text, 120); }
std::string shownList(const std::vector<std::string>& names) {
  return names.empty() ? "none" : "(" + printable(fmt::format("{}", fmt::join(names, ", ")), 120) + ")";
}

std::string describe(const IndexSchema& i) {
  std::string out = (i.unique ? "unique index on " : "index on ") + shownList(i.columns);
  if (!i.collations.empty()) out += fmt::format(" collated {}", printable(fmt::format("{}", fmt::join(i.collations, ", ")), 80));
  if (i.partial) out += " where " + shown(i.where);
  return out;
}
std::string describe(const ForeignKeySchema& f) {
  return fmt::format("foreign key of {} {} to {} {} on delete {} on update {}", printable(f.table, 60), shownList(f.columns),
                     printable(f.references, 60), shownList(f.referenced), shown(f.onDelete), shown(f.onUpdate));
}
std::string describe(const TriggerSchema& t) {
  return fmt::format("trigger {} ({})", printable(t.name, 60), printable(t.sql, 120));
}

// Says what each side has that the other has not.
class Differences {
 public:
  explicit Differences(const TableSchema& table) : m_table(printable(table.name, 80)) {}

  void say(const std::string& difference) { m_sentences.push_back("table " + m_table + ": " + difference); }

  void compare(std::string_view what, const std::string& a, const std::string& b) {
    if (a != b) say(fmt::format("{} is {}, not {}", what, shown(b), shown(a)));
  }
  void compare(std::string_view what, bool a, bool b) {
    if (a != b) say(fmt::format("{} {}", b ? "is" : "is not", what));
  }

  template <class T, class Describe>
  void compareSets(const std::vector<T>& a, const std::vector<T>& b, Describe describeOne) {
    const auto formsA = sortedForms(a);
    const auto formsB = sortedForms(b);
    sayMissing(a, formsB, describeOne, "has no {}");
    sayMissing(b, formsA, describeOne, "has {}, which the other has not");
  }

  std::vector<std::string> take() && { return std::move(m_sentences); }

 private:
  template <class T, class Describe>
  void sayMissing(const std::vector<T>& things, std::vector<std::string> others, Describe describeOne, const char* sentence) {
    for (const T& thing : things) {
      const auto form = canonicalJson(toJson(thing));
      const auto found = std::ranges::find(others, form);
      if (found == others.end())
        say(fmt::format(fmt::runtime(sentence), describeOne(thing)));
      else
        others.erase(found);  // a second one alike needs a second partner
    }
  }

  std::string m_table;
  std::vector<std::string> m_sentences;
};

const ColumnSchema* columnOf(const TableSchema& table, const std::string& name) {
  const auto found = std::ranges::find(table.columns, name, &ColumnSchema::name);
  return found == table.columns.end() ? nullptr : &*found;
}

void compareColumns(const TableSchema& a, const TableSchema& b, Differences& differences) {
  std::vector<std::string> orderA, orderB;
  for (const ColumnSchema& column : a.columns) {
    const std::string what = "column " + printable(column.name, 80);
    const ColumnSchema* other = columnOf(b, column.name);
    if (other == nullptr) {
      differences.say(what + " is missing");
      continue;
    }
    orderA.push_back(column.name);
    differences.compare("type of " + what, column.type, other->type);
    differences.compare("collation of " + what, column.collation, other->collation);
    differences.compare("default of " + what, column.defaultValue, other->defaultValue);
    if (column.notNull != other->notNull) differences.say(what + (other->notNull ? " is NOT NULL" : " may be NULL"));
    if (column.generated != other->generated)
      differences.say(what + (other->generated ? " is generated" : " is not generated"));
    else
      differences.compare("expression of " + what, column.expression, other->expression);
  }
  for (const ColumnSchema& column : b.columns) {
    if (columnOf(a, column.name) == nullptr)
      differences.say("column " + printable(column.name, 80) + " is there in addition");
    else
      orderB.push_back(column.name);
  }
  if (orderA != orderB)
    differences.say(fmt::format("columns stand in the order {}, not {}", shownList(orderB), shownList(orderA)));
}

}  // namespace

std::string TableSchema::fingerprint() const { return sha256Hex(canonicalJson(canonicalForm(*this))); }

std::vector<std::string> compareSchemas(const TableSchema& a, const TableSchema& b) {
  Differences differences(a);
  differences.compare("its name", a.name, b.name);
  compareColumns(a, b, differences);
  if (a.primaryKey != b.primaryKey)
    differences.say(fmt::format("its primary key is {}, not {}", shownList(b.primaryKey), shownList(a.primaryKey)));
  differences.compare("keyed by its rowid", a.rowidIsKey, b.rowidIsKey);
  differences.compare("WITHOUT ROWID", a.withoutRowid, b.withoutRowid);
  const auto describeOne = [](const auto& thing) { return describe(thing); };
  differences.compareSets(a.indexes, b.indexes, describeOne);
  differences.compareSets(a.foreignKeys, b.foreignKeys, describeOne);
  differences.compareSets(a.triggers, b.triggers, describeOne);
  differences.compareSets(a.checks, b.checks, [](const std::string& text) { return "check (" + printable(text, 120) + ")"; });
  differences.compareSets(a.options, b.options, [](const std::string& text) { return "the option " + printable(text, 80); });
  return std::move(differences).take();
}

}  // namespace shardwright
