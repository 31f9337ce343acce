package org.consilium.server.export;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.consilium.auditlog.Records;
import org.consilium.contract.StudyId;
import org.consilium.server.audit.AuditEvent;
import org.consilium.server.audit.Ledger;
import org.consilium.server.globalmodel.Models;
import org.consilium.server.platform.Caller;
import org.consilium.server.platform.Refusal;
import org.consilium.server.platform.Settings;
import org.consilium.server.round.Studies;
import org.consilium.server.round.StudyView;
import org.consilium.server.study.Study;
import org.eclipse.microprofile.config.Config;

/**
 * The use cases of exports. An export is recorded and signed before its first byte, as the last record that is in it: whoever
 * cuts off the end of an export cuts off the record that says so.
 *
 * <p>Records are read a page at a time, each page in a transaction of its own: the log only grows, so pages below one place
 * in it fit together, and no transaction is open for as long as somebody's line is slow.
 */
@ApplicationScoped
class Exports {

    private final Ledger ledger;
    private final ExportStart start;
    private final Studies studies;
    private final Models models;
    private final Caller caller;
    private final Clock clock;
    private final Optional<Path> font;

    @Inject
    Exports(
            Ledger ledger,
            ExportStart start,
            Studies studies,
            Models models,
            Caller caller,
            Config config,
            Clock clock) {
        this.ledger = ledger;
        this.start = start;
        this.studies = studies;
        this.models = models;
        this.caller = caller;
        this.clock = clock;
        this.font = Optional.of(new Settings(config).text("consilium.report.font", ""))
                .filter(name -> !name.isEmpty())
                .map(Path::of);
    }

    /** For the container's proxy. */
    Exports() {
        this.ledger = null;
        this.start = null;
        this.studies = null;
        this.models = null;
        this.caller = null;
        this.clock = null;
        this.font = Optional.empty();
    }

    /** Writes an export. */
    @FunctionalInterface
    interface Export {
        /** Writes all of it and leaves the stream open. */
        void to(OutputStream out) throws IOException;
    }

    /** Records that records are exported in a form, and returns what writes them. */
    Export records(RecordFormat format, Records.Filter filter) {
        String name = format.name().toLowerCase(Locale.ROOT);
        Records.Filter below = filter.below(begun(name, filter, false, List::of).size());
        return out -> {
            RecordExport export = format.to(new Unclosed(out));
            StoredParts.each(ledger, below, export::write);
            export.close();
        };
    }

    /**
     * Records that a bundle is made, has the log signed, and returns what writes it.
     *
     * @param withParameters whether updates and models go with it
     */
    Export bundle(Records.Filter filter, boolean withParameters) {
        filter.study().ifPresent(studies::view);
        ExportStart.Begun begun = begun("bundle", filter, withParameters, () -> views(filter));
        Records.Filter below = filter.below(begun.size());
        BundleScope scope = new BundleScope(filter.study(), filter.from(), filter.to(), filter.site(), filter.type());
        return out -> BundleWriter.write(
                new StoredParts(ledger, begun.studies(), models, below, begun.size(), withParameters),
                scope,
                ledger.signer(),
                clock.instant(),
                out);
    }

    /** Records that a report is made, and returns what writes it. */
    Export report(StudyId study) {
        studies.view(study);
        Records.Filter whole = Records.Filter.of(study);
        ExportStart.Begun begun = begun("pdf", whole, false, () -> views(whole));
        StudyView view = begun.studies().get(0);
        Records.Filter below = whole.below(begun.size());
        String by = caller.name();
        return out ->
                ReportPdf.write(Reports.of(view, ledger, below, begun.checkpoint(), by, clock.instant()), font, out);
    }

    private List<StudyView> views(Records.Filter filter) {
        return filter
                .study()
                .map(List::of)
                .orElseGet(() -> studies.all().stream().map(Study::id).toList())
                .stream()
                .sorted()
                .map(studies::view)
                .toList();
    }

    private ExportStart.Begun begun(
            String format, Records.Filter filter, boolean withParameters, Supplier<List<StudyView>> views) {
        OptionalLong before = filter.study().map(ledger::lastOfStudy).orElse(OptionalLong.empty());
        if (filter.study().isPresent() && before.isEmpty()) {
            throw Refusal.of(
                    404,
                    "study-unknown",
                    "The audit log has no record of study " + filter.study().get() + ".",
                    "GET /api/v1/studies lists those that exist.");
        }
        return start.begin(
                new AuditEvent.ExportMade(
                        format,
                        filter.study(),
                        before.isPresent() ? Optional.of(before.getAsLong()) : Optional.empty(),
                        withParameters,
                        choice(filter)),
                views);
    }

    private static Map<String, String> choice(Records.Filter filter) {
        Map<String, String> choice = new TreeMap<>();
        filter.from().ifPresent(time -> choice.put("from", time.toString()));
        filter.to().ifPresent(time -> choice.put("to", time.toString()));
        filter.site().ifPresent(site -> choice.put("site", site.value()));
        filter.type().ifPresent(type -> choice.put("type", type));
        return choice;
    }

    /** An export ends before the response does. */
    private static final class Unclosed extends java.io.FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
