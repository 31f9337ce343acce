package org.consilium.server.study;

import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.Table;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Messages;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.TrainingPlan;

/** Tables {@code study} and {@code study_participant}. */
@Entity
@Table(name = "study")
class StudyRow {

    @Id
    String id;

    String title;
    String dataset;
    String architecture;

    @Column(name = "initial_model")
    String initialModel;

    String strategy;
    int rounds;
    int quorum;

    @Column(name = "round_deadline_seconds")
    long roundDeadlineSeconds;

    String plan;
    boolean test;

    @Enumerated(EnumType.STRING)
    StudyState state;

    String reason;

    @Column(name = "selected_round")
    Integer selectedRound;

    @Column(name = "test_deadline")
    Instant testDeadline;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "ended_at")
    Instant endedAt;

    @ElementCollection(fetch = FetchType.EAGER)
    @CollectionTable(name = "study_participant", joinColumns = @JoinColumn(name = "study"))
    @Column(name = "site")
    Set<String> participants = new TreeSet<>();

    StudyRow() {}

    StudyRow(Study study) {
        Protocol protocol = study.protocol();
        id = protocol.id().value();
        title = protocol.title();
        dataset = protocol.dataset();
        architecture = protocol.architecture().value();
        initialModel = protocol.initialModel().hex();
        strategy = protocol.strategy();
        rounds = protocol.rounds();
        quorum = protocol.quorum();
        roundDeadlineSeconds = protocol.roundDeadline().toSeconds();
        plan = Messages.toJson(protocol.plan()).toString();
        test = protocol.test();
        createdAt = study.createdAt();
        protocol.participants().forEach(site -> participants.add(site.value()));
        take(study);
    }

    /** Takes over what changes in the course of a study. */
    final void take(Study study) {
        state = study.state();
        reason = study.reason().orElse(null);
        selectedRound = study.selectedRound().map(RoundNumber::value).orElse(null);
        testDeadline = study.testDeadline().orElse(null);
        endedAt = study.endedAt().orElse(null);
    }

    Study study() {
        Protocol protocol = new Protocol(
                new StudyId(id),
                title,
                dataset,
                new ArchitectureId(architecture),
                new Sha256(initialModel),
                strategy,
                participants.stream().map(SiteId::new).toList(),
                rounds,
                quorum,
                Duration.ofSeconds(roundDeadlineSeconds),
                plan(plan),
                test);
        return new Study(
                protocol,
                state,
                Optional.ofNullable(reason),
                createdAt,
                Optional.ofNullable(endedAt),
                Optional.ofNullable(selectedRound).map(RoundNumber::new),
                Optional.ofNullable(testDeadline));
    }

    private static TrainingPlan plan(String text) {
        try (JsonReader json = Json.createReader(new StringReader(text))) {
            return Messages.plan(json.readObject());
        }
    }
}
