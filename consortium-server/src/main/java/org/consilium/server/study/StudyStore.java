package org.consilium.server.study;

import java.util.List;
import java.util.Optional;
import org.consilium.contract.StudyId;

/** Where studies are kept. */
public interface StudyStore {

    /** Adds a study; returns false, changing nothing, if its id is taken. */
    boolean add(Study study);

    /** Returns the study of that id. */
    Optional<Study> find(StudyId id);

    /** Returns all studies, the youngest first. */
    List<Study> all();

    /** Returns the ids of the studies that are going on, in their order. */
    List<StudyId> running();

    /** Replaces the course of a study that exists; its protocol never changes. */
    void save(Study study);
}
