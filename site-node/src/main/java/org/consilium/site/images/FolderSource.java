package org.consilium.site.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.consilium.contract.Sha256;
import org.consilium.contract.Split;
import org.consilium.model.ImageShape;
import org.consilium.model.images.ImageDataException;

/** A folder of PNG and JPEG files as {@code SPLIT/CLASS/file}; ordered by class, then by file name. */
final class FolderSource implements ImageSource {

    private final Path folder;
    private final boolean keepFiles;
    private final DatasetDescription description;
    private final SortedMap<Split, List<Labelled>> files;

    private FolderSource(
            Path folder, boolean keepFiles, DatasetDescription description, SortedMap<Split, List<Labelled>> files) {
        this.folder = folder;
        this.keepFiles = keepFiles;
        this.description = description;
        this.files = files;
    }

    private record Labelled(Path file, Encoding encoding, int label) {}

    /**
     * Lists all files; the first one's size is that of the data set.
     *
     * @throws ImageDataException if a class folder is not among the named classes, or the first file is damaged
     * @throws NoImagesException if there is no image
     */
    static FolderSource open(ImportRequest request) {
        Path folder = request.folder();
        DatasetFile file = DatasetFile.in(folder);
        List<String> classes = file.classes().orElseGet(() -> classesIn(folder));
        SortedMap<Split, List<Labelled>> files = new TreeMap<>();
        for (Split split : Split.values()) {
            Path splitFolder = folder.resolve(split.label());
            List<Labelled> found = new ArrayList<>();
            for (Path classFolder :
                    Files.isDirectory(splitFolder) ? children(splitFolder, Files::isDirectory) : List.<Path>of()) {
                int label = classes.indexOf(classFolder.getFileName().toString());
                if (label < 0) {
                    throw new ImageDataException(classFolder + " is none of the classes " + classes + " of "
                            + folder.resolve(DatasetFile.NAME) + "; rename the folder or add the class");
                }
                for (Path image : children(classFolder, Files::isRegularFile)) {
                    Encoding.ofFile(image.getFileName().toString())
                            .ifPresent(encoding -> found.add(new Labelled(image, encoding, label)));
                }
            }
            // dataset.json may name the classes in another order than that of the alphabet.
            found.sort(Comparator.comparingInt(Labelled::label));
            if (!found.isEmpty()) {
                files.put(split, List.copyOf(found));
            }
        }
        if (files.isEmpty()) {
            throw new NoImagesException(folder);
        }
        Path first = files.get(files.firstKey()).get(0).file();
        ImageShape shape = PixelDecoder.decode(first.toString(), read(first)).shape();
        return new FolderSource(folder, request.keepFiles(), file.describing(request, classes, shape), files);
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public DatasetDescription description() {
        return description;
    }

    @Override
    public SortedMap<Split, Integer> sizes() {
        SortedMap<Split, Integer> sizes = new TreeMap<>();
        files.forEach((split, list) -> sizes.put(split, list.size()));
        return Collections.unmodifiableSortedMap(sizes);
    }

    @Override
    public Iterable<ImportedImage> images(Split split) {
        return () -> files.get(split).stream().map(this::image).iterator();
    }

    private ImportedImage image(Labelled labelled) {
        byte[] bytes = read(labelled.file());
        PixelDecoder.decode(labelled.file().toString(), labelled.encoding(), bytes, description.shape());
        return new ImportedImage(
                labelled.label(),
                labelled.encoding(),
                bytes,
                keepFiles ? Optional.of(labelled.file()) : Optional.empty(),
                Sha256.of(bytes),
                description.name() + "/" + labelled.file());
    }

    private static List<String> classesIn(Path folder) {
        TreeSet<String> names = new TreeSet<>();
        for (Split split : Split.values()) {
            Path splitFolder = folder.resolve(split.label());
            if (Files.isDirectory(splitFolder)) {
                children(splitFolder, Files::isDirectory)
                        .forEach(child -> names.add(child.getFileName().toString()));
            }
        }
        if (names.isEmpty()) {
            throw new NoImagesException(folder);
        }
        return List.copyOf(names);
    }

    private static List<Path> children(Path folder, Predicate<Path> which) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(which).sorted().toList();
        } catch (IOException e) {
            throw new ImageDataException(
                    folder + " cannot be listed (" + e.getMessage() + "); give the node's user the right to read it",
                    e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ImageDataException(
                    file + " cannot be read (" + e.getMessage() + "); give the node's user the right to read it", e);
        }
    }
}
