#include "core/base/json.h"

#include <fmt/format.h>

#include <unordered_set>
#include <vector>

#include "core/base/text.h"

namespace shardwright {

namespace {

// Looks through a text for what the library itself lets pass: depth and duplicate keys. A pass of its own, as the
// library's callback for a parse that builds values takes time quadratic in the length of a list.
class StrictLook : public nlohmann::json_sax<Json> {
 public:
  explicit StrictLook(int depth) : m_depth(depth) {}

  const std::string& problem() const { return m_problem; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return enter(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool key(string_t& name) override {
    if (m_keys.back().insert(name).second) return true;
    return fail(fmt::format("not acceptable JSON: the key \"{}\" stands twice in one object", printable(name, 80)));
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& problem) override {
    return fail(fmt::format("not JSON: {}", printable(problem.what(), 400)));
  }

 private:
  bool enter() {
    m_keys.emplace_back();
    if (m_keys.size() <= static_cast<std::size_t>(m_depth)) return true;
    return fail(fmt::format("not acceptable JSON: nested deeper than {} levels", m_depth));
  }
  bool leave() {
    m_keys.pop_back();
    return true;
  }
  bool fail(std::string problem) {
    m_problem = std::move(problem);
    return false;
  }

  int m_depth;
  std::string m_problem;
  std::vector<std::unordered_set<std::string>> m_keys;  // of each list or object that is open
};

}  // namespace

std::string canonicalJson(const Json& value) { return value.dump(); }

Result<Json> parseJson(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes)
    return invalidInput(fmt::format("JSON of {} bytes; at most {} are accepted", text.size(), limits.bytes));
  StrictLook look(limits.depth);
  if (!Json::sax_parse(text.begin(), text.end(), &look)) return invalidInput(look.problem());
  return Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
}

}  // namespace shardwright
