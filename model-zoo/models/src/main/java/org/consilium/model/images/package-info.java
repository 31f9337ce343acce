/**
 * Where labelled images come from: IDX files, MedMNIST files, folders of PNG and JPEG, and phantoms drawn here.
 *
 * <p>Decisions. Everything is read in one fixed order, because the order decides the digests. Damage is an
 * {@link org.consilium.model.images.ImageDataException} that names the file and the next action, and no header is
 * believed before memory is taken. Phantoms have grades of difficulty and three sites each with its own look, so that a
 * demonstration without data still shows what federated training is about; they always say that they are phantoms.
 */
package org.consilium.model.images;
