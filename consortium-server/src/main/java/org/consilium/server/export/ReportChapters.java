package org.consilium.server.export;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.server.export.ReportFacts.Kind;
import org.consilium.server.export.ReportTable.Column;

/** The chapters of the report, in the order in which somebody asks who has to answer for a hospital's data. */
final class ReportChapters {

    private static final String RECORDS_FILE = "records.jsonl in the audit bundle";
    private static final int LATEST_CHECKPOINTS = 20;
    private static final double SECONDS_A_MINUTE = 60;

    private final StudyReport report;
    private final ReportPages pages;

    ReportChapters(StudyReport report, ReportPages pages) {
        this.report = report;
        this.pages = pages;
    }

    void write() throws IOException {
        participants();
        signatures();
        left();
        rounds();
        anomalies();
        integrity();
        course();
        updates();
        protocols();
    }

    private void participants() throws IOException {
        pages.heading(1, "1  Who took part");
        pages.paragraph(
                ReportStyle.BODY,
                "The hospitals of all protocol versions, also those that have left. “Updates” is how many of a"
                        + " hospital's updates were taken, “images” the training images that its last one was computed"
                        + " from. The images themselves stay at the hospital.");
        List<Column> columns = List.of(
                Column.name("Site", 78),
                Column.text("Hospital", 128),
                Column.text("Membership", 62),
                Column.number("Updates", 48),
                Column.number("Images", 52),
                Column.text("In the study", ReportPages.WIDTH - 368));
        ReportTable.write(pages, columns, table -> {
            for (StudyReport.Participant one : report.participants()) {
                List<StudyReport.Share> shares = shares(one.site());
                table.row(
                        one.site().value(),
                        one.organisation(),
                        ReportWords.words(one.state()),
                        ReportWords.count(shares.size()),
                        shares.isEmpty()
                                ? ReportWords.NONE
                                : ReportWords.count(
                                        shares.get(shares.size() - 1).examples().orElse(0)),
                        one.left()
                                .map(left -> "Left " + ReportWords.time(left.at()))
                                .orElse("Yes"));
            }
        });
        for (StudyReport.Participant one : report.participants()) {
            if (one.left().isPresent()) {
                StudyReport.Departure left = one.left().get();
                pages.paragraph(
                        ReportStyle.BODY,
                        "Site " + one.site() + " left on " + ReportWords.utc(left.at()) + ", by " + left.by()
                                + ". Reason: "
                                + left.reason() + ". " + ReportWords.several(left.erasedUpdates(), "update")
                                + " erased.");
            }
        }
    }

    private List<StudyReport.Share> shares(SiteId site) {
        return report.rounds().stream()
                .flatMap(round -> round.shares().stream())
                .filter(share -> share.site().equals(site) && share.update().isPresent())
                .toList();
    }

    private void signatures() throws IOException {
        pages.heading(1, "2  Protocol and signatures");
        pages.paragraph(
                ReportStyle.BODY,
                "A hospital works by a version of the protocol only after its data steward has signed it. A signature is"
                        + " bound to the SHA-256 of the version's canonical text by a log-in that was made for it alone;"
                        + " the text of each version stands at the end of this report. Times are UTC.");
        List<Column> columns = List.of(
                Column.name("Site", 72),
                Column.text("Signed by", 122),
                Column.text("Signed at (UTC)", 130),
                Column.text("Meaning", ReportPages.WIDTH - 324));
        for (StudyReport.Version version : report.versions()) {
            pages.heading(
                    2, "Version " + version.number() + ", " + version.state().toLowerCase(java.util.Locale.ROOT));
            pages.paragraph(ReportStyle.HASH, "SHA-256 " + version.hash().hex());
            pages.paragraph(
                    ReportStyle.NOTE,
                    "Written by " + version.author() + ", begun " + ReportWords.utc(version.createdAt())
                            + version.decidedAt()
                                    .map(at -> ", settled " + ReportWords.utc(at))
                                    .orElse(", not settled yet")
                            + ".");
            ReportTable.write(pages, columns, table -> {
                for (SiteId site : version.participants()) {
                    Optional<StudyReport.Signature> signature = version.signature(site);
                    if (signature.isPresent()) {
                        StudyReport.Signature one = signature.get();
                        table.row(
                                site.value(),
                                one.name() + "\n" + one.subject(),
                                ReportWords.time(one.signedAt()) + "\nlogged in "
                                        + ReportWords.time(one.authenticatedAt()),
                                one.meaning()
                                        + one.reason()
                                                .map(why -> "\nReason: " + why)
                                                .orElse(""));
                    } else {
                        table.row(site.value(), "Not signed", ReportWords.NONE, ReportWords.NONE);
                    }
                }
            });
        }
    }

    private void left() throws IOException {
        pages.heading(1, "3  What left each hospital");
        pages.paragraph(
                ReportStyle.BODY,
                "What the consortium's server took from each hospital, by its audit log: parameters of the model, and"
                        + " reports: scores with counts of images, and where the method asks for them sums of features by"
                        + " class and verdicts on synthesised images. Sizes are in MB (1,000,000 bytes). “Not taken” counts answers"
                        + " that were refused or came too late and were not used.");
        List<Column> columns = List.of(
                Column.name("Site", 112),
                Column.number("Model updates", 66),
                Column.number("Updates, MB", 84),
                Column.number("Reports", 66),
                Column.number("Not taken", 58),
                Column.number("Sent in all, MB", ReportPages.WIDTH - 386));
        Map<SiteId, Long> sent = new java.util.TreeMap<>();
        report.participants().forEach(one -> sent.put(one.site(), 0L));
        report.facts().left().keySet().forEach(site -> sent.putIfAbsent(site, 0L));
        report.rounds().stream()
                .flatMap(round -> round.shares().stream())
                .forEach(share -> sent.merge(share.site(), share.bytes(), Long::sum));
        ReportTable.write(pages, columns, table -> {
            for (Map.Entry<SiteId, Long> one : sent.entrySet()) {
                ReportFacts.Amount updates = report.facts().left(one.getKey(), Kind.PARAMETERS);
                table.row(
                        one.getKey().value(),
                        ReportWords.count(updates.times()),
                        updates.untold() > 0 ? "not recorded" : ReportWords.megabytes(updates.bytes()),
                        ReportWords.count(
                                report.facts().left(one.getKey(), Kind.SCORES).times()),
                        ReportWords.count(report.facts()
                                .left(one.getKey(), Kind.NOT_TAKEN)
                                .times()),
                        ReportWords.megabytes(one.getValue()));
            }
        });
        pages.paragraph(
                ReportStyle.NOTE,
                "“Sent in all” is what the server counted of the bodies of a hospital's answers. A node also sends signs of"
                        + " life: what it does, its version, free disk. Each hospital's own node lists every request before"
                        + " it leaves, with size and SHA-256, in its outbound ledger: a steward exports it there and compares"
                        + " it with this table and with the list of updates at the end.");
    }

    private void rounds() throws IOException {
        pages.heading(1, "4  Each round at a glance");
        if (report.rounds().isEmpty()) {
            pages.paragraph(ReportStyle.BODY, "No round was opened.");
            return;
        }
        accuracy();
        int[] numbers = numbers();
        float half = ReportPages.WIDTH / 2 - 10;
        pages.gap(10);
        pages.need(118);
        ReportPlot.bars(
                pages,
                "Length of a round, minutes",
                numbers,
                bars(round -> round.completedAt()
                        .map(end -> Duration.between(round.openedAt(), end).toSeconds() / SECONDS_A_MINUTE)
                        .orElse(Double.NaN)),
                ReportPages.LEFT,
                half,
                112);
        ReportPlot.bars(
                pages,
                "Sent by all hospitals, MB",
                numbers,
                bars(round -> ReportWords.inMegabytes(round.bytes())),
                ReportPages.LEFT + half + 20,
                half,
                112);
        pages.take(118);
        pages.gap(8);
        List<Column> columns = List.of(
                Column.number("Round", 40),
                Column.number("Protocol version", 50),
                Column.text("State", 60),
                Column.text("Opened (UTC)", 103),
                Column.number("Length", 48),
                Column.number("Updates", 48),
                Column.number("Images", 47),
                Column.number("Accuracy", 53),
                Column.number("Lowest", ReportPages.WIDTH - 449));
        ReportTable.write(pages, columns, table -> {
            for (StudyReport.Round round : report.rounds()) {
                table.row(
                        Integer.toString(round.number()),
                        Integer.toString(round.protocolVersion()),
                        ReportWords.words(round.state()),
                        ReportWords.time(round.openedAt()),
                        ReportWords.length(round.openedAt(), round.completedAt()),
                        round.updates() + "/" + round.shares().size(),
                        ReportWords.count(round.examples()),
                        ReportWords.share(round.scores().accuracy()),
                        ReportWords.share(round.worstAccuracy()));
            }
        });
        pages.paragraph(
                ReportStyle.NOTE,
                "Length in hours, minutes and seconds from the opening to the scores. Updates taken of hospitals asked."
                        + " Images: training images behind these updates. Accuracy of the new model on validation images"
                        + " over all sites, and the lowest of a site; a dash where there is none, or where the protocol"
                        + " keeps it back since there are too few images.");
    }

    private void accuracy() throws IOException {
        List<ReportPlot.Series> series = new ArrayList<>();
        for (StudyReport.Participant one : report.participants()) {
            series.add(new ReportPlot.Series(
                    "", values(round -> accuracy(round, one.site())), ReportStyle.Colour.SITE, 0.5f, false));
        }
        series.add(new ReportPlot.Series(
                "Lowest of a site",
                values(round -> round.worstAccuracy().orElse(Double.NaN)),
                ReportStyle.Colour.BAD,
                1,
                true));
        series.add(new ReportPlot.Series(
                "Over all sites",
                values(round -> round.scores().accuracy().orElse(Double.NaN)),
                ReportStyle.Colour.ACCENT,
                1.8f,
                false));
        series.add(
                new ReportPlot.Series("Each site", values(round -> Double.NaN), ReportStyle.Colour.SITE, 0.5f, false));
        OptionalDouble last = report.rounds().stream()
                .flatMapToDouble(round -> round.scores().accuracy().stream())
                .reduce((one, later) -> later);
        ReportPlot.lines(
                pages,
                "Accuracy of the new model on validation images",
                numbers(),
                series,
                196,
                "Accuracy by round; last over all sites " + ReportWords.share(last)
                        + ". The figures stand in the table below.");
    }

    private static double accuracy(StudyReport.Round round, SiteId site) {
        return round.shares().stream()
                .filter(share -> share.site().equals(site))
                .flatMapToDouble(share -> share.scores().accuracy().stream())
                .findFirst()
                .orElse(Double.NaN);
    }

    private int[] numbers() {
        return report.rounds().stream().mapToInt(StudyReport.Round::number).toArray();
    }

    private double[] values(ToDoubleFunction<StudyReport.Round> figure) {
        return report.rounds().stream().mapToDouble(figure).toArray();
    }

    private ReportPlot.Series bars(ToDoubleFunction<StudyReport.Round> figure) {
        return new ReportPlot.Series("", values(figure), ReportStyle.Colour.ACCENT_MID, 0, false);
    }

    private void anomalies() throws IOException {
        pages.heading(1, "5  Refusals and anomalies");
        List<ReportFacts.Tally> tallies = report.facts().tallies();
        if (tallies.isEmpty()) {
            pages.paragraph(ReportStyle.BODY, "The records of this study tell of none.");
            return;
        }
        pages.paragraph(
                ReportStyle.BODY,
                "All records whose outcome is not success. Minor: refused, or came to nothing without harm. Serious or"
                        + " major: somebody had to look at it.");
        List<Column> sums = List.of(
                Column.name("What", 158),
                Column.text("Outcome", 62),
                Column.number("Times", 52),
                Column.text("First (UTC)", 106),
                Column.text("Last (UTC)", ReportPages.WIDTH - 378));
        ReportTable.write(pages, sums, table -> {
            for (ReportFacts.Tally one : tallies) {
                table.row(
                        ReportWords.words(one.code()),
                        ReportWords.outcome(one.outcome()),
                        ReportWords.count(one.times()),
                        ReportWords.time(one.first()),
                        ReportWords.time(one.last()));
            }
        });
        pages.heading(2, "One by one");
        entries(report.facts().anomalies(), true);
    }

    private void entries(ReportFacts.Listed listed, boolean failures) throws IOException {
        List<Column> columns = List.of(
                Column.number("Record", 46),
                Column.text("Time (UTC)", 104),
                Column.name("What", 96),
                Column.text("Site, round", 78),
                Column.text(failures ? "Outcome and reason" : "Details", ReportPages.WIDTH - 324));
        ReportTable.write(pages, columns, table -> {
            for (ReportFacts.Entry one : listed.shown()) {
                table.row(
                        Long.toString(one.seq()),
                        ReportWords.time(one.at()),
                        ReportWords.words(one.code()),
                        one.site().map(SiteId::value).orElse(ReportWords.NONE)
                                + (one.round().isPresent()
                                        ? "\nround " + one.round().getAsInt()
                                        : ""),
                        (failures
                                        ? ReportWords.outcome(one.outcome()) + ": "
                                        : "By " + one.actor() + (one.text().isEmpty() ? "" : "; "))
                                + one.text());
            }
        });
        if (listed.more() > 0) {
            pages.paragraph(
                    ReportStyle.BODY,
                    ReportWords.count(listed.more()) + " more" + (failures ? ", none of them more serious" : "")
                            + "; see " + RECORDS_FILE + ".");
        }
    }

    private void integrity() throws IOException {
        StudyReport.Integrity proof = report.integrity();
        pages.heading(1, "6  Integrity");
        pages.paragraph(
                ReportStyle.BODY,
                "Each act of the consortium is a record of a log that only grows. The log's root is a SHA-256 over all "
                        + ReportWords.count(proof.size())
                        + " records: whoever changes, leaves out or adds one in between gets another root. The"
                        + " consortium signs the root in checkpoints; hospitals' nodes check that each checkpoint goes on"
                        + " from the one they saw before, and counter-sign it, so that two histories cannot be shown.");
        List<Column> facts = List.of(Column.name("What", 128), Column.hash("Value", ReportPages.WIDTH - 128));
        ReportTable.write(pages, facts, table -> {
            table.row("Origin of the log", proof.origin());
            table.row("Root (SHA-256)", proof.root().hex());
            table.row("Records under it", ReportWords.count(proof.size()));
            table.row("The consortium's key", proof.keyFingerprint().hex());
        });
        pages.heading(2, "Who has counter-signed this root");
        if (proof.witnesses().isEmpty()) {
            pages.paragraph(
                    ReportStyle.BODY,
                    "Nobody yet. Until a hospital's node has, this report rests on the consortium's own signature.");
        } else {
            List<Column> witnesses = List.of(
                    Column.name("Site", 88),
                    Column.text("Seen at (UTC)", 110),
                    Column.hash("SHA-256 of its key", ReportPages.WIDTH - 198));
            ReportTable.write(pages, witnesses, table -> {
                for (StudyReport.Witness one : proof.witnesses()) {
                    table.row(
                            one.site().value(),
                            ReportWords.time(one.at()),
                            one.keyFingerprint().hex());
                }
            });
        }
        checkpoints(proof.checkpoints());
        check();
    }

    private void checkpoints(List<StudyReport.CheckpointSeen> all) throws IOException {
        pages.heading(2, "Checkpoints");
        List<StudyReport.CheckpointSeen> latest = all.subList(Math.max(0, all.size() - LATEST_CHECKPOINTS), all.size());
        List<Column> columns = List.of(
                Column.text("Made at (UTC)", 128),
                Column.number("Records", 88),
                Column.number("Counter-signatures", 110));
        ReportTable.write(pages, columns, table -> {
            for (StudyReport.CheckpointSeen one : latest) {
                table.row(
                        ReportWords.time(one.time()), ReportWords.count(one.size()), Integer.toString(one.witnesses()));
            }
        });
        int earlier = all.size() - latest.size();
        if (earlier > 0) {
            pages.paragraph(
                    ReportStyle.NOTE,
                    ReportWords.count(earlier) + " earlier, the first of "
                            + ReportWords.utc(all.get(0).time()) + "; see checkpoints.jsonl in the audit bundle.");
        }
    }

    private void check() throws IOException {
        pages.heading(2, "How to check it");
        List<String> steps = List.of(
                "Ask the consortium for the audit bundle of this study, or export it:",
                "Check it on any computer, without a network:",
                "Compare the root and the key that the command prints with those above, and the key with the"
                        + " consortium by telephone.",
                "Compare the updates of your hospital in this report with the outbound ledger of your own node.");
        List<String> commands = List.of(
                "./consilium audit export --study " + report.subject().id() + " --format bundle",
                "./consilium audit verify BUNDLE");
        for (int i = 0; i < steps.size(); i++) {
            pages.paragraph(ReportStyle.BODY, i + 1 + ".  " + steps.get(i));
            if (i < commands.size()) {
                pages.paragraph(ReportStyle.CODE, ReportPages.LEFT + 16, ReportPages.WIDTH - 16, commands.get(i));
            }
        }
        pages.paragraph(
                ReportStyle.NOTE,
                "This file itself carries no signature. What it says is what the bundle says, and the bundle can be"
                        + " checked. The log supports the record-keeping that 21 CFR Part 11, IHE ATNA and the EU AI Act"
                        + " ask for; whether a study meets them is for its sponsor to judge.");
    }

    private void course() throws IOException {
        pages.heading(1, "7  Course of the study");
        if (report.facts().timeline().shown().isEmpty()) {
            pages.paragraph(ReportStyle.BODY, "The records tell of no event.");
            return;
        }
        entries(report.facts().timeline(), false);
    }

    private void updates() throws IOException {
        pages.heading(1, "8  Every update");
        if (report.rounds().isEmpty()) {
            pages.paragraph(ReportStyle.BODY, "No round was opened.");
            return;
        }
        pages.paragraph(
                ReportStyle.BODY,
                "Round by round, with the SHA-256 of what each hospital sent and of the model that came of it.");
        List<Column> columns = List.of(
                Column.text("Site", 84),
                Column.text("State", 60),
                Column.number("Images", 52),
                Column.hash("SHA-256 of the update", ReportPages.WIDTH - 196));
        ReportTable.write(pages, columns, table -> {
            for (StudyReport.Round round : report.rounds()) {
                table.band(
                        "Round " + round.number(),
                        "New model",
                        round.aggregate().map(Sha256::hex).orElse("none"));
                for (StudyReport.Share share : round.shares()) {
                    table.row(
                            share.site().value(),
                            ReportWords.words(share.state()),
                            share.examples().isPresent()
                                    ? ReportWords.count(share.examples().getAsLong())
                                    : ReportWords.NONE,
                            share.update().map(Sha256::hex).orElse("none"));
                }
            }
        });
    }

    private void protocols() throws IOException {
        pages.freshPage();
        pages.heading(1, "9  Text of the protocol");
        boolean first = true;
        for (StudyReport.Version version : report.versions()) {
            if (!first) {
                pages.freshPage();
            }
            first = false;
            pages.heading(2, "Text of version " + version.number());
            pages.paragraph(
                    ReportStyle.HASH,
                    "SHA-256 of its canonical text " + version.hash().hex());
            ReportMarkdown.write(pages, version.text());
        }
    }
}
