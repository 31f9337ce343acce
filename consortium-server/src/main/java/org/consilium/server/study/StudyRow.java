package org.consilium.server.study;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;

/** Tables {@code study} and {@code study_participant}. */
@Entity
@Table(name = "study")
class StudyRow {

    @Id
    String id;

    @Enumerated(EnumType.STRING)
    StudyState state;

    String reason;

    @Column(name = "current_version")
    int currentVersion;

    @Column(name = "amendment_version")
    Integer amendmentVersion;

    @Column(name = "last_version")
    int lastVersion;

    @Column(name = "selected_round")
    Integer selectedRound;

    @Column(name = "test_deadline")
    Instant testDeadline;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "started_at")
    Instant startedAt;

    @Column(name = "paused_at")
    Instant pausedAt;

    @Column(name = "ended_at")
    Instant endedAt;

    /** All sites that have ever taken part. */
    @ElementCollection(fetch = FetchType.EAGER)
    @CollectionTable(name = "study_participant", joinColumns = @JoinColumn(name = "study"))
    @MapKeyColumn(name = "site")
    Map<String, ParticipantRow> participants = new TreeMap<>();

    StudyRow() {}

    StudyRow(Study study) {
        id = study.id().value();
        createdAt = study.createdAt();
        take(study, createdAt);
    }

    /** Takes over what changes in the course of a study. */
    final void take(Study study, Instant now) {
        state = study.state();
        reason = study.reason().orElse(null);
        currentVersion = study.current().number();
        amendmentVersion = study.amendment().map(ProtocolVersion::number).orElse(null);
        lastVersion = study.lastVersion();
        selectedRound = study.selectedRound().map(RoundNumber::value).orElse(null);
        testDeadline = study.testDeadline().orElse(null);
        startedAt = study.course().startedAt().orElse(null);
        pausedAt = study.course().pausedAt().orElse(null);
        endedAt = study.endedAt().orElse(null);
        study.joined()
                .forEach(site ->
                        participants.merge(site.value(), new ParticipantRow(now), (known, joins) -> known.joined(now)));
        for (Withdrawal left : study.withdrawals()) {
            ParticipantRow known = participants.getOrDefault(left.site().value(), new ParticipantRow(null));
            if (known.withdrawal(left.site().value()).isEmpty()) {
                participants.put(left.site().value(), known.left(left));
            }
        }
    }

    /** @param versions gives the study's versions by their numbers */
    Study study(IntFunction<ProtocolVersion> versions) {
        return new Study(
                state,
                Optional.ofNullable(reason),
                versions.apply(currentVersion),
                Optional.ofNullable(amendmentVersion).map(versions::apply),
                lastVersion,
                participants.entrySet().stream()
                        .filter(site -> site.getValue().hasTakenPart())
                        .map(site -> new SiteId(site.getKey()))
                        .collect(Collectors.toSet()),
                participants.entrySet().stream()
                        .flatMap(site -> site.getValue().withdrawal(site.getKey()).stream())
                        .sorted(Comparator.comparing(Withdrawal::site))
                        .toList(),
                new Study.Times(
                        createdAt,
                        Optional.ofNullable(startedAt),
                        Optional.ofNullable(pausedAt),
                        Optional.ofNullable(endedAt)),
                Optional.ofNullable(selectedRound).map(RoundNumber::new),
                Optional.ofNullable(testDeadline));
    }
}
