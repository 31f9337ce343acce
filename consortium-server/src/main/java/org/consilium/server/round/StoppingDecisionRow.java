package org.consilium.server.round;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.io.StringReader;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.StudyId;

/** Table {@code stopping_decision}. */
@Entity
@Table(name = "stopping_decision")
@IdClass(StoppingDecisionRow.Key.class)
class StoppingDecisionRow {

    @Id
    String study;

    @Id
    int round;

    @Id
    int position;

    String rule;
    boolean fires;
    String inputs;

    @Column(name = "decided_at")
    Instant decidedAt;

    StoppingDecisionRow() {}

    StoppingDecisionRow(StudyId study, StoppingDecision decision, Instant decidedAt) {
        this.study = study.value();
        round = decision.round().value();
        position = decision.position();
        rule = decision.rule();
        fires = decision.fires();
        JsonObjectBuilder json = Json.createObjectBuilder();
        decision.inputs().forEach(json::add);
        inputs = json.build().toString();
        this.decidedAt = decidedAt;
    }

    StoppingDecision decision() {
        try (JsonReader json = Json.createReader(new StringReader(inputs))) {
            JsonObject object = json.readObject();
            Map<String, String> map = new TreeMap<>();
            object.keySet().forEach(key -> map.put(key, object.getString(key)));
            return new StoppingDecision(new RoundNumber(round), position, rule, fires, map);
        }
    }

    /** Key of the row. */
    static class Key implements Serializable {

        private static final long serialVersionUID = 1L;

        String study;
        int round;
        int position;

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key
                    && study.equals(key.study)
                    && round == key.round
                    && position == key.position;
        }

        @Override
        public int hashCode() {
            return Objects.hash(study, round, position);
        }
    }
}
