// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.secureaggregation;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.federation.publication.PublicationSettings;
import dev.rivulet.federation.publication.WholeFile;
import dev.rivulet.federation.rounds.RoundEvent.Sum;
import dev.rivulet.federation.rounds.UnusableContributionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.springframework.stereotype.Component;

/** Sums of secure rounds as files, from when the masks are off until the model is made: 32 bits a value, little-endian. */
@Component
class SumFiles {

    private final Path folder;

    SumFiles(PublicationSettings settings) {
        this.folder = settings.folder().resolve("sums");
    }

    /** Keeps a sum, forced to the disk before it is there. */
    Sum keep(String federation, long round, int[] values, int devices) {
        byte[] bytes = bytes(values);
        WholeFile.forced(path(federation, round), bytes);
        return new Sum(DeviceKeys.sha256(bytes), bytes.length, devices);
    }

    private static byte[] bytes(int[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        return bytes.array();
    }

    /** @throws UnusableContributionException if it is not the sum that the round closed with */
    int[] read(String federation, long round, Sum sum) {
        try {
            byte[] bytes = Files.readAllBytes(path(federation, round));
            if (!DeviceKeys.sha256(bytes).equals(sum.sha256())) {
                throw new UnusableContributionException("the sum of round " + round + " is not what was summed");
            }
            int[] values = new int[bytes.length / Integer.BYTES];
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(values);
            return values;
        } catch (NoSuchFileException e) {
            throw new UnusableContributionException("the sum of round " + round + " is gone");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void forget(String federation, long round) {
        try {
            Files.deleteIfExists(path(federation, round));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path path(String federation, long round) {
        return folder.resolve(federation).resolve(Long.toString(round));
    }
}
