// The window, which is an executable of its own: this one links no Qt.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "app/cli/verb.h"

namespace shardwright::cli {

namespace {

namespace fs = std::filesystem;

struct PictureArguments {
  std::string page, file, keyspace, item, theme, size;
  int scale = 1;
};

std::string besideThisProgram() {
  std::error_code problem;
  const fs::path self = fs::read_symlink("/proc/self/exe", problem);
  return (self.parent_path() / "shardwright-window").string();
}

bool hasDisplay() {
  for (const char* name : {"WAYLAND_DISPLAY", "DISPLAY"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return true;
  return false;
}

// This process becomes the window; comes back only if that cannot be.
Error becomeWindow(const Session& session, std::vector<std::string> words) {
  std::vector<std::string> all{"shardwright-window", "--catalog", session.catalog};
  if (session.actor) all.insert(all.end(), {"--actor", *session.actor});
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> pointers;
  for (std::string& word : all) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const std::string program = besideThisProgram();
  // Signals are blocked here for a waiter of this program's own; the window begins as from a shell.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execv(program.c_str(), pointers.data());
  if (errno == ENOENT) return refused("this installation has no window (shardwright-window is not beside shardwright); --help lists the commands.");
  return unavailable(fmt::format("the window {} cannot be started: {}", program, std::strerror(errno)));
}

Result<Exit> picture(Session& session, const PictureArguments& arguments) {
  std::vector<std::string> words;
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {option, value});
  };
  add("--theme", arguments.theme);
  add("--keyspace", arguments.keyspace);
  add("--item", arguments.item);
  add("--size", arguments.size);
  add("--scale", std::to_string(arguments.scale));
  words.insert(words.end(), {"picture", "--", arguments.page, arguments.file});
  return becomeWindow(session, std::move(words));
}

}  // namespace

void addWindowCommands(Command& root, Session& session) {
  addVerb<PictureArguments>(
      root, session, "picture", "A page of the window, drawn into a file without a display",
      [](Command& command, PictureArguments& arguments) {
        command.option("PAGE", arguments.page, "overview, ...; a wrong one is answered with those there are").required();
        command.option("FILE", arguments.file, "Ends in .png, .svg or .pdf").required();
        command.option("--keyspace", arguments.keyspace, "Of which the page tells (default: the first)").placeholder("KS");
        command.option("--item", arguments.item, "What the page shows, such as a plan (default: the latest)").placeholder("ID");
        command.option("--theme", arguments.theme, "light or dark").placeholder("THEME");
        command.option("--size", arguments.size, "Of the window (default: 1440x900)").placeholder("WxH");
        command.option("--scale", arguments.scale, "Pixels of a PNG for each of the window's").placeholder("N");
      },
      picture);
}

Error openWindow(const Session& session) {
  if (!hasDisplay()) return refused("no command was given, and there is no display for the window; --help lists the commands.");
  return becomeWindow(session, {});
}

}  // namespace shardwright::cli
