// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.inference.RegistryStub;
import dev.rivulet.inference.models.BlobSource.Opened;
import dev.rivulet.inference.models.ModelManifest.File;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A program that fetches blobs to a disk of 12 MiB of which 6 MiB are taken, and again when they are not; its output says what came of it. */
final class FullDisk {

    private static final int TAKEN = 6 << 20;
    private static final int LARGE = 8 << 20;
    private static final URI REGISTRY = URI.create("http://registry.test");

    private final Map<String, byte[]> blobs = new TreeMap<>();
    private final BlobCache cache;

    private FullDisk(Path disk) {
        this.cache = new BlobCache(disk, (registry, sha256, offset) -> {
            byte[] bytes = blobs.getOrDefault(sha256, new byte[0]);
            return new Opened(new ByteArrayInputStream(Arrays.copyOfRange(bytes, (int) offset, bytes.length)), offset);
        });
    }

    /** @param arguments where the disk is mounted */
    public static void main(String[] arguments) throws IOException {
        Path disk = Path.of(arguments[0]);
        FullDisk trial = new FullDisk(disk);
        File small = trial.file("small", 1 << 20);
        File large = trial.file("large", LARGE);
        trial.fetch(small);
        Path taken = Files.write(disk.resolve("taken"), new byte[TAKEN]);
        trial.fetch(large);
        trial.fetch(large);
        trial.fetch(small);
        Files.delete(taken);
        trial.fetch(large);
        trial.fetch(small);
    }

    private File file(String name, int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        String sha256 = RegistryStub.sha256(bytes);
        blobs.put(sha256, bytes);
        return new File(name, sha256, size);
    }

    private void fetch(File file) {
        try {
            System.out.println(file.path() + " " + Files.size(cache.fetch(file, REGISTRY)));
        } catch (IOException e) {
            System.out.println(file.path() + " refused: " + e.getMessage());
        }
    }
}
