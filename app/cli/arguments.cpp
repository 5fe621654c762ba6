#include "app/cli/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

namespace shardwright::cli {

// ---- Argument

Argument& Argument::required() {
  m_option->required();
  return *this;
}

Argument& Argument::placeholder(const std::string& word) {
  m_option->type_name(word);
  return *this;
}

Argument& Argument::defaultShown() {
  m_option->capture_default_str();
  return *this;
}

Argument& Argument::values(int least, int most) {
  m_option->expected(least, most);
  return *this;
}

Argument& Argument::positive() {
  m_option->check(CLI::PositiveNumber);
  return *this;
}

Argument& Argument::needs(const Argument& other) {
  m_option->needs(other.m_option);
  return *this;
}

// ---- Command

template <ArgumentValue T>
Argument Command::option(const std::string& name, T& value, const std::string& about) {
  CLI::Option* option = m_app->add_option(name, value, about);
  if (!name.starts_with('-')) option->type_name("");  // its name says what it is
  return Argument(*option);
}

template Argument Command::option(const std::string&, std::string&, const std::string&);
template Argument Command::option(const std::string&, std::optional<std::string>&, const std::string&);
template Argument Command::option(const std::string&, std::vector<std::string>&, const std::string&);
template Argument Command::option(const std::string&, int&, const std::string&);
template Argument Command::option(const std::string&, std::int64_t&, const std::string&);
template Argument Command::option(const std::string&, std::optional<std::int64_t>&, const std::string&);
template Argument Command::option(const std::string&, std::uint64_t&, const std::string&);
template Argument Command::option(const std::string&, double&, const std::string&);
template Argument Command::option(const std::string&, std::optional<double>&, const std::string&);

Argument Command::flag(const std::string& name, bool& value, const std::string& about) {
  return Argument(*m_app->add_flag(name, value, about));
}

Command Command::group(const std::string& name, const std::string& about) {
  CLI::App* group = m_app->add_subcommand(name, about);
  group->require_subcommand(1);
  return Command(*group);
}

Command Command::command(const std::string& name, const std::string& about) {
  CLI::App* command = m_app->add_subcommand(name, about);
  const CLI::App* root = command;
  while (root->get_parent() != nullptr) root = root->get_parent();
  command->footer("Global options may stand here, too: " + root->get_name() + " --help\n" + root->get_footer());
  return Command(*command);
}

void Command::whenChosen(std::function<void()> act) { m_app->callback(std::move(act)); }

// ---- CommandReader

CommandReader::CommandReader(const std::string& about, const std::string& name, const std::string& version, const std::string& end)
    : m_app(std::make_unique<CLI::App>(about, name)), m_root(*m_app) {
  m_app->set_version_flag("--version", name + " " + version);
  m_app->footer(end);
  m_app->fallthrough();
  m_app->require_subcommand(0, 1);  // what follows a verb is its own, even where it is named like another verb
  m_app->option_defaults()->always_capture_default(false);
}

CommandReader::~CommandReader() = default;

Result<CommandReader::Read> CommandReader::read(int argc, char** argv) {
  try {
    m_app->parse(argc, argv);
    return Read::Chosen;
  } catch (const CLI::ParseError& problem) {
    if (problem.get_exit_code() != 0) return invalidInput(fmt::format("{} (--help shows what is understood)", problem.what()));
    m_app->exit(problem);
    return Read::Answered;
  }
}

}  // namespace shardwright::cli
