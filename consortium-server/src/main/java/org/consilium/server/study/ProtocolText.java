package org.consilium.server.study;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.SiteId;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.protocol.DataSpecification;
import org.consilium.contract.protocol.Retention;
import org.consilium.contract.protocol.StoppingRule;
import org.consilium.contract.protocol.StudyProtocol;

/** A version of a protocol for people, with its signatures: the whole of it, nothing left out, as Markdown and as HTML. */
public final class ProtocolText {

    private static final Parser PARSER = Parser.builder().build();
    private static final HtmlRenderer RENDERER =
            HtmlRenderer.builder().escapeHtml(true).sanitizeUrls(true).build();

    private static final String ON_LEAVING =
            "its update of a round whose model is not computed yet is not used, nor are its figures of that round; global"
                    + " models that its updates were averaged into, and figures of earlier rounds and of the test, stay";

    private final StringBuilder text = new StringBuilder();

    private ProtocolText() {}

    /** Returns it as CommonMark. */
    public static String markdown(ProtocolVersion version) {
        ProtocolText page = new ProtocolText();
        page.write(version);
        return page.text.toString();
    }

    /** Returns it as a page of HTML 5 in UTF-8, without scripts or references. */
    public static String html(ProtocolVersion version) {
        String title = version.protocol().title();
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <title>%s</title>
                <style>
                body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
                li { overflow-wrap: anywhere; }
                </style>
                </head>
                <body>
                %s</body>
                </html>
                """.formatted(escapedHtml(title), RENDERER.render(PARSER.parse(markdown(version))));
    }

    private void write(ProtocolVersion version) {
        StudyProtocol protocol = version.protocol();
        line("# " + escaped(protocol.title()));
        line("");
        item("Study", protocol.study().value());
        item("Version", protocol.version() + ", " + version.state());
        item("SHA-256", version.digest().hex());
        item("Principal investigator", protocol.principalInvestigator());
        heading("Purpose");
        paragraphs(protocol.purpose());
        heading("Primary endpoint");
        item("Measure", protocol.endpoint().measure().label() + ", on the images that are held back for the test");
        line("");
        paragraphs(protocol.endpoint().description());
        data(protocol);
        method(protocol);
        schedule(protocol);
        heading("Stopping rules");
        item("Rounds", "the study ends after round " + protocol.schedule().rounds());
        protocol.stoppingRules().forEach(rule -> item(rule.kind(), text(rule)));
        retention(protocol.retention());
        signatures(version);
    }

    private void data(StudyProtocol protocol) {
        DataSpecification data = protocol.data();
        heading("Data");
        item("Data set at each site", data.dataset());
        item("Modality", data.modality());
        item("Labels", String.join(", ", data.labels()));
        item("Fewest training images at a site", Long.toString(data.minimumExamples()));
        item("Fewest of each label", Long.toString(data.minimumExamplesPerClass()));
        line("");
        line("Inclusion:");
        line("");
        paragraphs(data.inclusion());
        heading("Privacy");
        item(
                "Fewest images that a figure may be over",
                Integer.toString(protocol.privacy().minimumMetricExamples()));
        item(
                "Images synthesised from the global model",
                protocol.privacy().impressions() ? "are sent to sites" : "are not used");
    }

    private void method(StudyProtocol protocol) {
        heading("Method");
        item("Architecture", protocol.architecture().value());
        item("Initial model, SHA-256", protocol.initialModel().hex());
        item("Strategy", protocol.method().strategy());
        protocol.method().settings().forEach(this::item);
        TrainingPlan plan = protocol.plan();
        if (plan.effort() instanceof Effort.Epochs epochs) {
            item("Training in a round", epochs.count() + " passes over a site's images");
        } else if (plan.effort() instanceof Effort.Steps steps) {
            item("Training in a round", steps.count() + " batches");
        }
        item("Batch size", Integer.toString(plan.batchSize()));
        if (plan.optimiser() instanceof Optimiser.Sgd sgd) {
            item("Optimiser", "SGD, learning rate " + sgd.learningRate() + ", Nesterov momentum " + sgd.momentum());
        } else if (plan.optimiser() instanceof Optimiser.Adam adam) {
            item("Optimiser", "Adam, learning rate " + adam.learningRate());
        }
        item("Seed", Long.toString(plan.seed()));
    }

    private void schedule(StudyProtocol protocol) {
        heading("Participants and schedule");
        item("Participants", protocol.participants().stream().map(SiteId::value).collect(Collectors.joining(", ")));
        item("Most rounds", Integer.toString(protocol.schedule().rounds()));
        item("Quorum", protocol.schedule().quorum() + " updates");
        item("A site's time to answer", protocol.schedule().roundDeadline().toSeconds() + " s");
        item("Test of the selected model", protocol.schedule().test() ? "once, at the end" : "none");
    }

    private void retention(Retention retention) {
        heading("Retention and withdrawal");
        item("The sites' updates are erased", retention.updateDays() + " days after the study's end");
        item(
                "When a site withdraws",
                retention.withdrawn() == Retention.OnWithdrawal.ERASE
                        ? "its past updates are erased at once; " + ON_LEAVING
                        : "its past updates are kept as long as those of the others; " + ON_LEAVING);
    }

    private void signatures(ProtocolVersion version) {
        heading("Signatures");
        for (SiteId site : version.protocol().participants()) {
            Optional<Signature> signature = version.signature(site);
            item(
                    site.value(),
                    signature
                            .map(one -> one.name() + ", " + one.signedAt() + ". "
                                    + one.statement().meaning()
                                    + one.statement()
                                            .reason()
                                            .map(why -> " Reason: " + why)
                                            .orElse(""))
                            .orElse("not signed"));
        }
    }

    private static String text(StoppingRule rule) {
        if (rule instanceof StoppingRule.TargetReached target) {
            return target.measure().label()
                    + (target.measure().isRising() ? " is at least " : " is at most ")
                    + target.value();
        }
        if (rule instanceof StoppingRule.NoImprovement none) {
            return none.measure().label() + " has not become better by more than " + none.leastGain() + " for "
                    + none.rounds() + " rounds";
        }
        if (rule instanceof StoppingRule.Harm harm) {
            return "from round " + harm.fromRound() + " on, the accuracy at a site is more than " + harm.margin()
                    + " below that of its own model: " + text(harm.baselines());
        }
        if (rule instanceof StoppingRule.ByteBudget budget) {
            return "all sites together have sent and fetched " + budget.bytes() + " bytes";
        }
        throw new IllegalStateException("no text for " + rule);
    }

    private static String text(Map<SiteId, Double> baselines) {
        return baselines.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private void heading(String title) {
        line("");
        line("## " + title);
        line("");
    }

    private void item(String name, String value) {
        line("- **" + escaped(name) + "**: " + escaped(value));
    }

    /** Lines as they were written; indentation would make code of them. */
    private void paragraphs(String lines) {
        List<String> escaped = Stream.of(lines.split("\n", -1))
                .map(String::strip)
                .map(ProtocolText::escaped)
                .toList();
        line(String.join("\n", escaped));
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    /** A backslash before punctuation makes it literal (CommonMark 0.31, section 2.4). */
    private static String escaped(String value) {
        return value.replaceAll("([!-/:-@\\[-`{-~])", "\\\\$1");
    }

    private static String escapedHtml(String value) {
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
