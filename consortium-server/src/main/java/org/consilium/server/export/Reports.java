package org.consilium.server.export;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.consilium.auditlog.Records;
import org.consilium.contract.NodeVersion;
import org.consilium.contract.SiteId;
import org.consilium.contract.audit.SignedCheckpoint;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.server.audit.Ledger;
import org.consilium.server.round.Round;
import org.consilium.server.round.RoundFigures;
import org.consilium.server.round.RoundResult;
import org.consilium.server.round.Share;
import org.consilium.server.round.SiteScores;
import org.consilium.server.round.StudyView;
import org.consilium.server.site.Site;
import org.consilium.server.study.ProtocolText;
import org.consilium.server.study.ProtocolVersion;
import org.consilium.server.study.Signature;
import org.consilium.server.study.Study;
import org.consilium.server.study.Withdrawal;

/** Gathers what a report says, from the study and from the records. */
final class Reports {

    private Reports() {}

    /**
     * Returns the report's content.
     *
     * @param filter the study's records
     * @param last the checkpoint that covers them
     * @param by who asks for it, printed name
     */
    static StudyReport of(
            StudyView view, Ledger ledger, Records.Filter filter, SignedCheckpoint last, String by, Instant now)
            throws IOException {
        ReportFacts facts = new ReportFacts();
        StoredParts.each(ledger, filter, facts::add);
        Study study = view.study();
        StudyProtocol protocol = study.protocol();
        return new StudyReport(
                new StudyReport.Made(
                        now,
                        by.isBlank() ? "unknown" : by,
                        NodeVersion.CURRENT.toString(),
                        Optional.empty(),
                        Optional.empty()),
                new StudyReport.Subject(
                        study.id(),
                        protocol.title(),
                        protocol.principalInvestigator(),
                        study.state().name(),
                        study.reason(),
                        study.course().startedAt(),
                        study.endedAt()),
                view.versions().stream().map(Reports::version).toList(),
                participants(view),
                view.rounds().stream().map(Reports::round).toList(),
                facts.summary(),
                integrity(ledger, last));
    }

    private static StudyReport.Version version(ProtocolVersion version) {
        return new StudyReport.Version(
                version.number(),
                version.state().name(),
                version.author(),
                version.createdAt(),
                version.decidedAt(),
                version.digest(),
                ProtocolText.markdown(version),
                List.copyOf(version.protocol().participants()),
                version.signatures().stream().map(Reports::signature).toList());
    }

    private static StudyReport.Signature signature(Signature signature) {
        SigningStatement statement = signature.statement();
        return new StudyReport.Signature(
                signature.site(),
                signature.name(),
                statement.signer(),
                signature.authenticatedAt(),
                signature.signedAt(),
                statement.decision() == SigningStatement.Decision.APPROVE,
                statement.meaning(),
                statement.reason());
    }

    private static List<StudyReport.Participant> participants(StudyView view) {
        return Stream.concat(
                        view.versions().stream().flatMap(version -> version.protocol().participants().stream()),
                        view.study().withdrawals().stream().map(Withdrawal::site))
                .distinct()
                .sorted()
                .map(site -> participant(view, site))
                .toList();
    }

    private static StudyReport.Participant participant(StudyView view, SiteId id) {
        Optional<Site> site = Optional.ofNullable(view.sites().get(id));
        return new StudyReport.Participant(
                id,
                site.map(Site::name).orElse(id.value()),
                site.map(one -> one.status().name()).orElse("UNKNOWN"),
                view.study().withdrawals().stream()
                        .filter(one -> one.site().equals(id))
                        .findFirst()
                        .map(one -> new StudyReport.Departure(one.at(), one.by(), one.reason(), one.erasedUpdates())));
    }

    private static StudyReport.Round round(Round round) {
        return new StudyReport.Round(
                round.number().value(),
                round.protocolVersion(),
                round.state().name(),
                round.openedAt(),
                round.completedAt(),
                round.startModel(),
                round.globalModel(),
                new StudyReport.Scores(
                        RoundFigures.figure(round, RoundResult::accuracy),
                        RoundFigures.figure(round, RoundResult::loss)),
                round.shares().stream().map(Reports::share).toList());
    }

    private static StudyReport.Share share(Share share) {
        return new StudyReport.Share(
                share.site(),
                share.state().name(),
                share.update().map(update -> update.digest()),
                share.update()
                        .map(update -> OptionalLong.of(update.metrics().examples()))
                        .orElse(OptionalLong.empty()),
                Optional.empty(),
                share.bytesUp(),
                share.validation()
                        .map(SiteScores::value)
                        .map(scores -> new StudyReport.Scores(known(scores.accuracy()), known(scores.loss())))
                        .orElse(StudyReport.Scores.NONE));
    }

    private static OptionalDouble known(double value) {
        return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    private static StudyReport.Integrity integrity(Ledger ledger, SignedCheckpoint last) {
        List<StudyReport.CheckpointSeen> seen = new ArrayList<>();
        long before = 0;
        while (before < last.checkpoint().size()) {
            for (SignedCheckpoint next : ledger.checkpointsAfter(before)) {
                before = next.checkpoint().size();
                if (before <= last.checkpoint().size()) {
                    seen.add(new StudyReport.CheckpointSeen(
                            next.checkpoint().time(), before, next.witnesses().size()));
                }
            }
        }
        return new StudyReport.Integrity(
                last.checkpoint().origin(),
                last.checkpoint().size(),
                last.checkpoint().root(),
                ledger.key().fingerprint(),
                seen,
                ledger.witnesses(last).stream()
                        .map(one -> new StudyReport.Witness(one.site(), one.at(), one.keyFingerprint()))
                        .toList());
    }
}
