#include "ui/widgets/chart_panel.h"

#include <QVBoxLayout>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCharts/QDateTimeAxis>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>
#include <algorithm>

#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

constexpr std::size_t mostColumns = 1000;

class QtChartPanel : public ChartPanel {
 public:
  QtChartPanel(const QString& name, const QString& what, QWidget* parent);
  void show(const ChartPicture& picture) override;

 private:
  QLineSeries* addLine(const QString& name, const QPen& pen, const std::vector<ChartPoint>& points);
  void dress();

  ChartPicture m_picture;
  QChart* m_chart;
  QChartView* m_view;
  QDateTimeAxis* m_time;
  QValueAxis* m_values;
};

QtChartPanel::QtChartPanel(const QString& name, const QString& what, QWidget* parent) : ChartPanel(parent) {
  setObjectName(name);
  setAccessibleName(what);
  m_chart = new QChart;
  m_chart->setMargins({});
  m_chart->setBackgroundVisible(false);
  m_chart->legend()->hide();
  m_time = new QDateTimeAxis;
  m_time->setFormat(QStringLiteral("HH:mm:ss"));
  m_time->setTickCount(3);
  m_values = new QValueAxis;
  m_values->setTickCount(3);
  m_chart->addAxis(m_time, Qt::AlignBottom);
  m_chart->addAxis(m_values, Qt::AlignLeft);
  m_view = new QChartView(m_chart);
  m_view->setFrameShape(QFrame::NoFrame);
  m_view->setRenderHint(QPainter::Antialiasing);
  m_view->setFocusPolicy(Qt::NoFocus);
  m_view->setAccessibleName(what);
  auto* const all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->addWidget(m_view);
  connect(&Theme::instance(), &Theme::changed, this, [this] { show(ChartPicture(m_picture)); });
  dress();
}

void QtChartPanel::dress() {
  m_view->setBackgroundBrush(inked(Ink::Surface));
  for (QAbstractAxis* axis : {static_cast<QAbstractAxis*>(m_time), static_cast<QAbstractAxis*>(m_values)}) {
    axis->setLabelsFont(typeface(Type::Caption));
    axis->setLabelsColor(inked(Ink::Text2));
    axis->setLinePen(QPen(inked(Ink::Border), 1));
    axis->setGridLineVisible(axis == m_values);
    axis->setGridLinePen(QPen(Theme::instance().mixed(Ink::Border, Ink::Surface, 0.5), 1));
  }
}

QLineSeries* QtChartPanel::addLine(const QString& name, const QPen& pen, const std::vector<ChartPoint>& points) {
  auto* const series = new QLineSeries;
  series->setName(name);
  series->setPen(pen);
  QList<QPointF> list;
  list.reserve(static_cast<qsizetype>(points.size()));
  for (const ChartPoint& point : points) list << QPointF(point.at * 1000, point.value);
  series->replace(list);
  m_chart->addSeries(series);
  series->attachAxis(m_time);
  series->attachAxis(m_values);
  return series;
}

void QtChartPanel::show(const ChartPicture& picture) {
  m_picture = picture;
  m_chart->removeAllSeries();
  dress();
  double first = 0, last = 0, top = picture.limit.value_or(0);
  QStringList words;
  for (const ChartLine& line : m_picture.lines) {
    if (line.points.empty()) continue;
    first = first == 0 ? line.points.front().at : std::min(first, line.points.front().at);
    last = std::max(last, line.points.back().at);
    for (const ChartPoint& point : line.points) top = std::max(top, point.value);
    words << line.name + QLatin1Char(' ') + rateText(line.points.back().value, picture.unit);
    addLine(line.name, QPen(inked(line.ink), 1.5), thinned(line.points, mostColumns));
  }
  top = top > 0 ? top * 1.1 : 1;
  if (last <= first) last = first + 1;
  for (const ChartMark& mark : m_picture.marks)
    addLine(mark.text, QPen(inked(mark.ink), 1, Qt::DotLine), {{mark.at, 0}, {mark.at, top}});
  if (m_picture.limit) addLine(m_picture.limitText, QPen(inked(Ink::Warn), 1, Qt::DashLine), {{first, *m_picture.limit}, {last, *m_picture.limit}});
  m_time->setRange(QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(first * 1000)), QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(last * 1000)));
  m_values->setRange(0, top);
  setAccessibleDescription(words.join(QStringLiteral(", ")));
}

}  // namespace

ChartPanel* ChartPanel::make(const QString& name, const QString& what, QWidget* parent) { return new QtChartPanel(name, what, parent); }

std::vector<ChartPoint> thinned(const std::vector<ChartPoint>& points, std::size_t columns) {
  if (points.size() <= 2 * columns) return points;
  const double first = points.front().at, span = points.back().at - first;
  std::vector<ChartPoint> out;
  for (auto begin = points.begin(); begin != points.end();) {
    const auto column = span > 0 ? static_cast<std::size_t>((begin->at - first) / span * static_cast<double>(columns)) : 0;
    const double edge = first + span * static_cast<double>(column + 1) / static_cast<double>(columns);
    auto end = begin + 1;
    while (end != points.end() && end->at < edge) ++end;
    const auto [low, high] = std::minmax_element(begin, end, [](const ChartPoint& a, const ChartPoint& b) { return a.value < b.value; });
    out.push_back(low->at <= high->at ? *low : *high);
    if (low != high) out.push_back(low->at <= high->at ? *high : *low);
    begin = end;
  }
  return out;
}

}  // namespace shardwright::ui
