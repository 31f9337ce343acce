package org.consilium.server.round;

import static org.consilium.server.round.Samples.INITIAL;
import static org.consilium.server.round.Samples.ONE;
import static org.consilium.server.round.Samples.START;
import static org.consilium.server.round.Samples.TWO;
import static org.consilium.server.round.Samples.protocol;

import java.util.List;
import java.util.function.Supplier;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.server.platform.PostgresForTests;
import org.consilium.server.study.PostgresStudies;
import org.consilium.server.study.Study;
import org.consilium.server.study.StudyStore;

class JpaRefinementStoreIT extends RefinementStoreContract {

    private final PostgresForTests postgres = PostgresForTests.running();

    @Override
    RefinementStore empty() {
        postgres.emptied().refer(List.of(ONE, TWO, new SiteId("site1")), List.of(INITIAL.digest()));
        Study study = Samples.study(protocol(2, 1, ONE, TWO));
        StudyStore studies = PostgresStudies.store(postgres);
        RoundStore rounds = new JpaRoundStore(postgres.entityManager());
        committed(() -> studies.add(study));
        committed(() -> {
            rounds.add(Round.open(study, new RoundNumber(1), INITIAL.digest(), START));
            rounds.add(Round.open(study, new RoundNumber(2), INITIAL.digest(), START));
            return null;
        });
        return new JpaRefinementStore(postgres.entityManager());
    }

    @Override
    <T> T committed(Supplier<T> work) {
        return postgres.committed(work);
    }
}
