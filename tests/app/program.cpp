#include "tests/app/program.h"

namespace shardwright {

namespace {

constexpr int minute = 60'000;

Said finish(QProcess& process) {
  const bool ended = process.waitForFinished(minute);
  if (!ended) process.kill();
  Said said;
  if (ended && process.exitStatus() == QProcess::NormalExit) said.exit = process.exitCode();
  said.out = process.readAllStandardOutput().toStdString();
  said.err = process.readAllStandardError().toStdString();
  return said;
}

}  // namespace

QStringList Program::whole(const QStringList& arguments) const {
  return QStringList{"--catalog", QString::fromStdString(m_catalog)} + arguments;
}

Said Program::operator()(const QStringList& arguments, const std::function<void()>& before) const {
  QProcess process;
  if (before) process.setChildProcessModifier(before);
  process.setStandardInputFile(QProcess::nullDevice());
  process.start(SHARDWRIGHT_PROGRAM, whole(arguments));
  return finish(process);
}

Said Program::withInput(const QStringList& arguments, const QByteArray& input) const {
  QProcess process;
  process.start(SHARDWRIGHT_PROGRAM, whole(arguments));
  process.write(input);
  process.closeWriteChannel();
  return finish(process);
}

Said Program::bare(const QStringList& arguments, const QProcessEnvironment& environment) {
  QProcess process;
  process.setProcessEnvironment(environment);
  process.setStandardInputFile(QProcess::nullDevice());
  process.start(SHARDWRIGHT_PROGRAM, arguments);
  return finish(process);
}

void Program::start(QProcess& process, const QStringList& arguments) const {
  process.setStandardInputFile(QProcess::nullDevice());
  process.start(SHARDWRIGHT_PROGRAM, whole(arguments));
}

}  // namespace shardwright
