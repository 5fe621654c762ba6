#include "ui/widgets/chart_panel.h"

#include <QVBoxLayout>
#include <QGraphicsSimpleTextItem>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCharts/QDateTimeAxis>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>
#include <algorithm>
#include <cmath>
#include <tuple>

#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

constexpr std::size_t mostColumns = 1000;
constexpr int underPlot = 18;  // pixels, for the times

// The next number that is round, and of which half is round, too.
double roundTop(double value) {
  if (value <= 2) return 2;
  const double unit = std::pow(10, std::floor(std::log10(value)));
  for (const double times : {1.0, 2.0, 4.0, 6.0, 8.0, 10.0})
    if (value <= times * unit) return times * unit;
  return 10 * unit;
}

class QtChartPanel : public ChartPanel {
 public:
  QtChartPanel(const QString& name, const QString& what, QWidget* parent);
  void show(const ChartPicture& picture) override;

 private:
  QLineSeries* addLine(const QString& name, const QPen& pen, const std::vector<ChartPoint>& points);
  void dress();
  void addLabels(double first, double last, double top);
  void placeLabels();

  struct Label {
    QGraphicsSimpleTextItem* item;
    QPointF value;     // of the axes
    enum class Where { RightOfMark, LeftAbove, UnderLeft, UnderRight } where;
  };
  using Where = Label::Where;
  ChartPicture m_picture;
  std::vector<Label> m_labels;
  QChart* m_chart;
  QChartView* m_view;
  QDateTimeAxis* m_time;
  QValueAxis* m_values;
};

QtChartPanel::QtChartPanel(const QString& name, const QString& what, QWidget* parent) : ChartPanel(parent) {
  setObjectName(name);
  setAccessibleName(what);
  m_chart = new QChart;
  m_chart->setMargins({0, 0, 0, underPlot});
  m_chart->setBackgroundVisible(false);
  m_chart->legend()->hide();
  m_time = new QDateTimeAxis;
  m_time->setLabelsVisible(false);  // the library leaves them out where it finds little room: see addLabels()
  m_time->setTickCount(3);
  m_values = new QValueAxis;
  m_values->setLabelFormat(QStringLiteral("%.0f"));
  m_values->setTickCount(3);
  m_chart->addAxis(m_time, Qt::AlignBottom);
  m_chart->addAxis(m_values, Qt::AlignLeft);
  m_view = new QChartView(m_chart);
  m_view->setFrameShape(QFrame::NoFrame);
  m_view->setRenderHint(QPainter::Antialiasing);
  m_view->setFocusPolicy(Qt::NoFocus);
  m_view->viewport()->setFocusPolicy(Qt::NoFocus);
  m_view->setAccessibleName(what);
  auto* const all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->addWidget(m_view);
  connect(&Theme::instance(), &Theme::changed, this, [this] { show(ChartPicture(m_picture)); });
  connect(m_chart, &QChart::plotAreaChanged, this, &QtChartPanel::placeLabels);
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
  top = roundTop(top * 1.15);
  if (m_picture.span) std::tie(first, last) = *m_picture.span;
  if (last <= first) last = first + 1;
  for (const ChartMark& mark : m_picture.marks)
    addLine(mark.text, QPen(inked(mark.ink), 1, Qt::DotLine), {{mark.at, 0}, {mark.at, top}});
  if (m_picture.limit) addLine(m_picture.limitText, QPen(inked(Ink::Warn), 1, Qt::DashLine), {{first, *m_picture.limit}, {last, *m_picture.limit}});
  m_time->setRange(QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(first * 1000)), QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(last * 1000)));
  m_values->setRange(0, top);
  addLabels(first, last, top);
  setAccessibleDescription(words.join(QStringLiteral(", ")));
}

// What the marks and the limit are, beside them, and the times at both ends.
void QtChartPanel::addLabels(double first, double last, double top) {
  for (const Label& label : m_labels) delete label.item;
  m_labels.clear();
  const auto add = [&](const QString& words, Ink ink, QPointF value, Where where) {
    auto* const item = new QGraphicsSimpleTextItem(words, m_chart);
    item->setFont(typeface(Type::Caption));
    item->setBrush(inked(ink));
    m_labels.push_back({item, value, where});
  };
  const auto clock = [](double at) { return QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(at * 1000)).toString(QStringLiteral("HH:mm:ss")); };
  for (const ChartMark& mark : m_picture.marks) add(mark.text, mark.ink, {mark.at * 1000, top}, Where::RightOfMark);
  if (m_picture.limit && !m_picture.limitText.isEmpty()) add(m_picture.limitText, Ink::Warn, {last * 1000, *m_picture.limit}, Where::LeftAbove);
  if (first > 0) {
    add(clock(first), Ink::Text2, {first * 1000, 0}, Where::UnderLeft);
    add(clock(last), Ink::Text2, {last * 1000, 0}, Where::UnderRight);
  }
  placeLabels();
}

// A mark whose words would lie over its neighbour's goes without: its line still stands.
void QtChartPanel::placeLabels() {
  const QRectF plot = m_chart->plotArea();
  double taken = plot.left();
  QAbstractSeries* const any = m_chart->series().isEmpty() ? nullptr : m_chart->series().front();
  for (const Label& label : m_labels) {
    const QPointF at = m_chart->mapToPosition(label.value, any);
    const QRectF box = label.item->boundingRect();
    switch (label.where) {
      case Where::RightOfMark: {
        const double left = at.x() + 3;
        const bool fits = left >= taken && left + box.width() <= plot.right();
        label.item->setVisible(fits);
        label.item->setPos(left, plot.top());
        if (fits) taken = left + box.width() + 6;
        break;
      }
      case Where::LeftAbove: label.item->setPos(plot.right() - box.width() - 2, at.y() - box.height()); break;
      case Where::UnderLeft: label.item->setPos(plot.left(), plot.bottom() + 3); break;
      case Where::UnderRight: label.item->setPos(plot.right() - box.width(), plot.bottom() + 3); break;
    }
  }
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
