package org.consilium.server.study;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.protocol.DataSpecification;
import org.consilium.contract.protocol.Measure;
import org.consilium.contract.protocol.MethodSettings;
import org.consilium.contract.protocol.PrimaryEndpoint;
import org.consilium.contract.protocol.PrivacySettings;
import org.consilium.contract.protocol.Retention;
import org.consilium.contract.protocol.Schedule;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.StoppingRule;
import org.consilium.contract.protocol.StudyProtocol;

/** Studies that tests speak of, signed by everyone. */
public final class SignedStudies {

    private SignedStudies() {}

    /** Returns a first version over two classes that keeps no site out. */
    public static StudyProtocol protocol(
            StudyId id,
            String title,
            String dataset,
            ArchitectureId architecture,
            Sha256 initialModel,
            TrainingPlan plan,
            List<SiteId> participants,
            Schedule schedule) {
        return new StudyProtocol(
                id,
                1,
                title,
                "To see whether\nit works.",
                "Prof. Ada Example",
                new DataSpecification(dataset, "test images", List.of("no", "yes"), "All of them.", 1, 0),
                architecture,
                initialModel,
                new MethodSettings("fedavg", Map.of("weights", "examples")),
                plan,
                new PrivacySettings(1, false),
                participants,
                schedule,
                new PrimaryEndpoint(Measure.ACCURACY, "How many are recognised."),
                List.of(),
                new Retention(30, Retention.OnWithdrawal.KEEP));
    }

    /** Returns the protocol with those rules. */
    public static StudyProtocol with(StudyProtocol protocol, StoppingRule... rules) {
        return new StudyProtocol(
                protocol.study(),
                protocol.version(),
                protocol.title(),
                protocol.purpose(),
                protocol.principalInvestigator(),
                protocol.data(),
                protocol.architecture(),
                protocol.initialModel(),
                protocol.method(),
                protocol.plan(),
                protocol.privacy(),
                protocol.participants(),
                protocol.schedule(),
                protocol.endpoint(),
                List.of(rules),
                protocol.retention());
    }

    /** Returns the protocol with those participants, that schedule and that retention. */
    public static StudyProtocol with(
            StudyProtocol protocol, List<SiteId> participants, Schedule schedule, Retention retention) {
        return new StudyProtocol(
                protocol.study(),
                protocol.version(),
                protocol.title(),
                protocol.purpose(),
                protocol.principalInvestigator(),
                protocol.data(),
                protocol.architecture(),
                protocol.initialModel(),
                protocol.method(),
                protocol.plan(),
                protocol.privacy(),
                participants,
                schedule,
                protocol.endpoint(),
                protocol.stoppingRules(),
                retention);
    }

    /** Returns the protocol with that method, allowing impressions. */
    public static StudyProtocol with(StudyProtocol protocol, MethodSettings method) {
        return new StudyProtocol(
                protocol.study(),
                protocol.version(),
                protocol.title(),
                protocol.purpose(),
                protocol.principalInvestigator(),
                protocol.data(),
                protocol.architecture(),
                protocol.initialModel(),
                method,
                protocol.plan(),
                new PrivacySettings(protocol.privacy().minimumMetricExamples(), true),
                protocol.participants(),
                protocol.schedule(),
                protocol.endpoint(),
                protocol.stoppingRules(),
                protocol.retention());
    }

    /** Returns the study approved by all, not started. */
    public static Study approved(StudyProtocol protocol, Instant at) {
        return signed(Study.drafted(protocol, "ada", at).proposed(at), at);
    }

    /** Returns the study running. */
    public static Study running(StudyProtocol protocol, Instant at) {
        return approved(protocol, at).started(at);
    }

    /** Returns the study with the signatures that its newest version lacks. */
    public static Study signed(Study study, Instant at) {
        Study next = study;
        for (SiteId site : study.newest().awaited(study.left())) {
            next = next.signed(signature(study.newest(), site, at), at);
        }
        return next;
    }

    /** Returns an approval. */
    public static Signature signature(ProtocolVersion version, SiteId site, Instant at) {
        return signature(version, site, SigningStatement.Decision.APPROVE, Optional.empty(), at);
    }

    /** Returns a refusal. */
    public static Signature refusal(ProtocolVersion version, SiteId site, Instant at) {
        return signature(version, site, SigningStatement.Decision.DECLINE, Optional.of("Too many rounds."), at);
    }

    private static Signature signature(
            ProtocolVersion version,
            SiteId site,
            SigningStatement.Decision decision,
            Optional<String> reason,
            Instant at) {
        return new Signature(
                new SigningStatement(
                        version.protocol().study(),
                        version.number(),
                        version.digest(),
                        site,
                        decision,
                        reason,
                        "subject-of-" + site,
                        at),
                "Steward of " + site,
                at.plus(Duration.ofSeconds(5)),
                at.plus(Duration.ofSeconds(6)),
                "an.id.token",
                "{}");
    }
}
