package org.consilium.site.images;

import java.nio.file.Path;
import java.util.Optional;
import org.consilium.contract.Sha256;

/**
 * One image on its way into the database.
 *
 * @param label its class, from 0
 * @param encoding how its bytes are read
 * @param bytes its bytes, whether or not they are stored
 * @param keptAt where its file stays, empty if the bytes are stored
 * @param digest SHA-256 of the bytes
 * @param patient what names the patient at this site; without such knowledge each image counts as a patient
 */
record ImportedImage(
        int label, Encoding encoding, byte[] bytes, Optional<Path> keptAt, Sha256 digest, String patient) {}
