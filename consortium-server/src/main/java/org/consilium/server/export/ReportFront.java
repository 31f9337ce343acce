package org.consilium.server.export;

import java.io.IOException;
import java.util.Optional;

/** The first page: what study this is, the report in five lines, and the table of contents. */
final class ReportFront {

    private static final float LABEL = 128;
    private static final float MARK = 18;

    private final StudyReport report;
    private final ReportPages pages;

    ReportFront(StudyReport report, ReportPages pages) {
        this.report = report;
        this.pages = pages;
    }

    void write() throws IOException {
        mark();
        pages.gap(30);
        pages.within(
                "H1",
                () -> pages.block(ReportStyle.TITLE, ReportPages.LEFT, ReportPages.WIDTH, "Data-protection report"));
        pages.gap(4);
        pages.paragraph(ReportStyle.LEDE, report.subject().title());
        pages.gap(8);
        about();
        pages.gap(14);
        figures();
        pages.contents();
    }

    private void mark() throws IOException {
        float x = ReportPages.LEFT;
        float middle = pages.top() - MARK / 2;
        for (int i = 0; i < 8; i++) {
            double angle = i * Math.PI / 4;
            float[] xs = {at(x + MARK / 2, angle, MARK * 0.3, true), at(x + MARK / 2, angle, MARK * 0.46, true)};
            float[] ys = {at(middle, angle, MARK * 0.3, false), at(middle, angle, MARK * 0.46, false)};
            pages.path(ReportStyle.Colour.ACCENT, 1.8f, xs, ys);
        }
        pages.box(x + MARK / 2 - 2, middle - 2, 4, 4, ReportStyle.Colour.ACCENT);
        ReportStyle.Type name = new ReportStyle.Type(ReportFonts.Face.BOLD, 12, MARK, ReportStyle.Colour.WALL);
        pages.within("P", () -> pages.line(name, x + MARK + 8, pages.top(), "Consilium"));
        pages.take(MARK);
    }

    private static float at(float middle, double angle, double radius, boolean across) {
        return (float) (middle + radius * (across ? Math.cos(angle) : Math.sin(angle)));
    }

    private void about() throws IOException {
        StudyReport.Version version = report.lastVersion();
        StudyReport.Subject subject = report.subject();
        row("Study", subject.id().value(), ReportStyle.BODY);
        row("Principal investigator", subject.principalInvestigator(), ReportStyle.BODY);
        row(
                "State",
                ReportWords.words(subject.state())
                        + subject.reason().map(why -> ": " + why).orElse(""),
                ReportStyle.BODY);
        row(
                "Started, ended (UTC)",
                ReportWords.time(subject.startedAt()) + "  to  "
                        + subject.endedAt().map(ReportWords::time).orElse("not ended"),
                ReportStyle.BODY);
        row(
                "Protocol",
                "Version " + version.number() + ", "
                        + ReportWords.words(version.state()).toLowerCase(java.util.Locale.ROOT),
                ReportStyle.BODY);
        row("Its SHA-256", version.hash().hex(), ReportStyle.HASH);
        row("Root of the log", report.integrity().root().hex(), ReportStyle.HASH);
        row(
                "Report made",
                ReportWords.utc(report.made().at()) + ", for " + report.made().by(),
                ReportStyle.BODY);
        row("Records", period(), ReportStyle.BODY);
    }

    private String period() {
        StudyReport.Made made = report.made();
        Optional<String> limits = made.from().isEmpty() && made.to().isEmpty()
                ? Optional.empty()
                : Optional.of(made.from()
                                .map(at -> "from " + ReportWords.utc(at))
                                .orElse("from the first")
                        + made.to().map(at -> " to " + ReportWords.utc(at)).orElse(" to the last"));
        return ReportWords.several(report.facts().records(), "record") + " of this study, "
                + limits.orElse("all that there are");
    }

    private void row(String label, String value, ReportStyle.Type type) throws IOException {
        pages.within("P", () -> {
            float top = pages.top();
            pages.line(ReportStyle.NOTE.in(ReportStyle.Colour.INK_2), ReportPages.LEFT, top - 1.2f, label);
            pages.block(type, ReportPages.LEFT + LABEL, ReportPages.WIDTH - LABEL, value);
            if (type.equals(ReportStyle.HASH)) {
                pages.take(ReportStyle.BODY.leading() - type.leading());
            }
        });
        pages.gap(3);
    }

    private void figures() throws IOException {
        long taken =
                report.rounds().stream().mapToLong(StudyReport.Round::updates).sum();
        long bytes =
                report.rounds().stream().mapToLong(StudyReport.Round::bytes).sum();
        long failures = report.facts().tallies().stream()
                .mapToLong(ReportFacts.Tally::records)
                .sum();
        String[][] cells = {
            {
                ReportWords.count(report.participants().size()),
                noun(report.participants().size(), "hospital")
            },
            {ReportWords.count(report.rounds().size()), noun(report.rounds().size(), "round")},
            {ReportWords.count(taken), noun(taken, "update") + " taken"},
            {ReportWords.size(bytes), "left the hospitals"},
            {ReportWords.count(failures), "refusals, anomalies"}
        };
        float height = 52;
        float width = ReportPages.WIDTH / cells.length;
        float top = pages.top();
        pages.box(ReportPages.LEFT, top - height, ReportPages.WIDTH, height, ReportStyle.Colour.ACCENT_WASH);
        ReportStyle.Type big = new ReportStyle.Type(ReportFonts.Face.BOLD, 15, 20, ReportStyle.Colour.INK);
        for (int i = 0; i < cells.length; i++) {
            String[] cell = cells[i];
            float x = ReportPages.LEFT + i * width + 10;
            pages.within("P", () -> {
                pages.line(big, x, top - 9, cell[0]);
                pages.line(ReportStyle.NOTE.in(ReportStyle.Colour.INK_2), x, top - 30, cell[1]);
            });
        }
        pages.take(height);
    }

    private static String noun(long number, String one) {
        return number == 1 ? one : one + "s";
    }
}
