// Arguments: what commands are called and what they take. Only arguments.cpp sees the library that reads them (CLI11):
// it costs seconds in every file that includes it.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace shardwright::cli {

// What an argument may be read into; a vector takes one value or more.
template <class T>
concept ArgumentValue =
    std::same_as<T, std::string> || std::same_as<T, std::optional<std::string>> || std::same_as<T, std::vector<std::string>> ||
    std::same_as<T, int> || std::same_as<T, std::int64_t> || std::same_as<T, std::optional<std::int64_t>> ||
    std::same_as<T, std::uint64_t> || std::same_as<T, double> || std::same_as<T, std::optional<double>>;

// One argument of a command; each setter gives it back. Lives as long as the CommandReader.
class Argument {
 public:
  explicit Argument(CLI::Option& option) : m_option(&option) {}

  Argument& required();
  Argument& placeholder(const std::string& word);  // what --help shows for its value
  Argument& defaultShown();                        // in --help
  Argument& values(int least, int most);
  Argument& positive();  // a number above 0
  Argument& needs(const Argument& other);

 private:
  CLI::Option* m_option;
};

// A command, or a group of them. Lives as long as the CommandReader.
class Command {
 public:
  explicit Command(CLI::App& app) : m_app(&app) {}

  // `name` begins with -- or is the word that --help shows for its place. What is read is written to `value`.
  template <ArgumentValue T>
  Argument option(const std::string& name, T& value, const std::string& about);
  Argument flag(const std::string& name, bool& value, const std::string& about);

  Command group(const std::string& name, const std::string& about);  // one of its commands has to follow
  Command command(const std::string& name, const std::string& about);
  void whenChosen(std::function<void()> act);  // called when all arguments of the line were read

 private:
  CLI::App* m_app;
};

class CommandReader {
 public:
  // `end` stands at the end of every --help.
  CommandReader(const std::string& about, const std::string& name, const std::string& version, const std::string& end);
  ~CommandReader();
  CommandReader(const CommandReader&) = delete;
  CommandReader& operator=(const CommandReader&) = delete;

  Command& root() { return m_root; }  // its options may stand before or behind a command

  enum class Read { Chosen, Answered };  // Answered: --help or --version, on stdout
  // InvalidInput: what is wrong with the line.
  Result<Read> read(int argc, char** argv);

 private:
  std::unique_ptr<CLI::App> m_app;
  Command m_root;
};

}  // namespace shardwright::cli
