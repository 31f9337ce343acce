package org.consilium.server.study;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.protocol.SigningStatement;
import org.consilium.contract.protocol.StudyProtocol;

/** Where studies are kept, with every version of their protocols. */
public interface StudyStore {

    /** Adds a study; returns false, changing nothing, if its id is taken. */
    boolean add(Study study);

    /** Returns the study of that id. */
    Optional<Study> find(StudyId id);

    /** Returns the study of that id and keeps all others from it until the transaction ends. */
    Optional<Study> lock(StudyId id);

    /** Returns all studies, the youngest first. */
    List<Study> all();

    /** Returns the ids of the studies that are going on, in their order. */
    List<StudyId> running();

    /**
     * Replaces a study that is there and locked. A version that it has no more, as the one in force or the next one, is
     * kept as past.
     */
    void save(Study study, Instant now);

    /** Returns all versions of a study's protocol in the order of their numbers. */
    List<ProtocolVersion> versions(StudyId id);

    /** Returns the protocol of that digest, of whatever study, that a site was ever asked to sign. */
    Optional<StudyProtocol> protocol(Sha256 digest, SiteId participant);

    /**
     * Keeps a statement that a steward is about to sign, instead of another one of the same person on the same version; the
     * same one again changes nothing.
     */
    void ask(SigningStatement statement);

    /** Returns the statement that was kept with that nonce. */
    Optional<SigningStatement> asked(String nonce);

    /** Returns when that person had last logged in for a signature that was taken. */
    Optional<Instant> lastLogIn(String signer);

    /** Keeps a statement no more that has been signed. */
    void forget(SigningStatement signed);

    /** Keeps no statement any more that was made out before that instant. */
    void forgetAskedBefore(Instant instant);
}
