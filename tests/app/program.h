// The real executable, run as a person or a script would: arguments in, exit and output back.
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QStringList>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace shardwright {

struct Said {
  int exit = -1;  // -1: it did not start, was killed by a signal, or took longer than a minute
  std::string out, err;

  nlohmann::json json() const { return nlohmann::json::parse(out, nullptr, false); }
  bool errHas(const std::string& text) const { return err.find(text) != std::string::npos; }
  bool outHas(const std::string& text) const { return out.find(text) != std::string::npos; }
};

class Program {
 public:
  explicit Program(std::string catalog) : m_catalog(std::move(catalog)) {}

  // With --catalog in front. `before` runs in the child, between fork and exec.
  Said operator()(const QStringList& arguments, const std::function<void()>& before = {}) const;
  Said withInput(const QStringList& arguments, const QByteArray& input) const;
  static Said bare(const QStringList& arguments, const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment());

  // Starts and leaves it running.
  void start(QProcess& process, const QStringList& arguments) const;

  const std::string& catalog() const { return m_catalog; }

 private:
  QStringList whole(const QStringList& arguments) const;
  std::string m_catalog;
};

}  // namespace shardwright
