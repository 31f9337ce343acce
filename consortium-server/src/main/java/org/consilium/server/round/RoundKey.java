package org.consilium.server.round;

import java.io.Serializable;
import java.util.Objects;

/** Key of table {@code round}. */
class RoundKey implements Serializable {

    private static final long serialVersionUID = 1L;

    String study;
    int round;

    RoundKey() {}

    RoundKey(String study, int round) {
        this.study = study;
        this.round = round;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RoundKey that && round == that.round && Objects.equals(study, that.study);
    }

    @Override
    public int hashCode() {
        return Objects.hash(study, round);
    }
}
