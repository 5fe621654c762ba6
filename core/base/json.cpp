#include "core/base/json.h"

#include <fmt/format.h>

#include <unordered_set>
#include <vector>

namespace shardwright {

namespace {

// Builds the value while watching depth and duplicate keys, which the library itself lets pass.
class StrictReader {
 public:
  explicit StrictReader(int depth) : m_depth(depth) {}

  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    using Event = Json::parse_event_t;
    if (depth > m_depth) return fail(fmt::format("nested deeper than {} levels", m_depth));
    if (event == Event::object_start) m_keys.emplace_back();
    if (event == Event::object_end) m_keys.pop_back();
    if (event == Event::key && !m_keys.back().insert(parsed.get<std::string>()).second)
      return fail(fmt::format("the key \"{}\" stands twice in one object", parsed.get<std::string>()));
    return true;
  }

  const std::string& problem() const { return m_problem; }

 private:
  bool fail(std::string problem) {
    if (m_problem.empty()) m_problem = std::move(problem);
    throw Stop{};
  }

 public:
  struct Stop {};

 private:
  int m_depth;
  std::string m_problem;
  std::vector<std::unordered_set<std::string>> m_keys;
};

}  // namespace

std::string canonicalJson(const Json& value) { return value.dump(); }

Result<Json> parseJson(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes)
    return invalidInput(fmt::format("JSON of {} bytes; at most {} are accepted", text.size(), limits.bytes));
  auto reader = std::make_shared<StrictReader>(limits.depth);
  try {
    return Json::parse(text.begin(), text.end(),
                       [reader](int depth, Json::parse_event_t event, Json& parsed) { return (*reader)(depth, event, parsed); });
  } catch (const StrictReader::Stop&) {
    return invalidInput("not acceptable JSON: " + reader->problem());
  } catch (const Json::exception& problem) {
    return invalidInput(std::string("not JSON: ") + problem.what());
  }
}

}  // namespace shardwright
