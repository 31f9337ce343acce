package org.consilium.server.round;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.MetricUnits;
import org.eclipse.microprofile.metrics.Timer;

/**
 * What operators watch of the rounds, at {@code /metrics}; counted by the replica that did the work, so the sum over
 * replicas is right. No labels: names of studies and sites belong to the portal, and each label value costs memory for
 * good.
 *
 * <pre>
 * consilium_rounds_completed_total            rounds that came to their good end
 * consilium_update_received_bytes_total       bytes of the updates that were taken, headers included
 * consilium_round_overhead_seconds            a round's time beyond its slowest site's training (count, sum, max, quantiles)
 * consilium_sites_waiting                     sites whose node waits here for work
 * </pre>
 */
@ApplicationScoped
class RoundMetrics {

    @Inject
    MetricRegistry registry;

    @Inject
    HeldPolls polls;

    private Counter rounds;
    private Counter bytes;
    private Timer overhead;

    /** Registers at the start, so that a collector sees zeros and not gaps. */
    void register(@Observes @Initialized(ApplicationScoped.class) Object started) {
        rounds = registry.counter(Metadata.builder()
                .withName("consilium.rounds.completed")
                .withDescription("Rounds that came to their good end")
                .build());
        bytes = registry.counter(Metadata.builder()
                .withName("consilium.update.received")
                .withUnit(MetricUnits.BYTES)
                .withDescription("Bytes of the updates that were taken, headers included")
                .build());
        overhead = registry.timer(Metadata.builder()
                .withName("consilium.round.overhead")
                .withUnit(MetricUnits.SECONDS)
                .withDescription("Time of a round beyond its slowest site's training, until the new model is there")
                .build());
        registry.gauge(
                Metadata.builder()
                        .withName("consilium.sites.waiting")
                        .withDescription("Sites whose node waits at this server for work")
                        .build(),
                polls,
                HeldPolls::waitingSites);
    }

    /** Counts an update that was taken. */
    void received(long size) {
        bytes.inc(size);
    }

    /** Counts a round that has just completed. */
    void completed(Round round) {
        rounds.inc();
        // A site measures its training by its own clock; a little more than the whole round must not stop the count.
        RoundFigures.overheadSeconds(round)
                .ifPresent(seconds -> overhead.update(Duration.ofNanos((long) (Math.max(0, seconds) * 1e9))));
    }
}
