package dev.rivulet.events;

import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes the files of a release into {@code src/test/resources/golden/<release>}; run once a release, by hand, with that folder
 * as the argument. Files of a release that is out are never written again.
 */
final class GoldenFiles {

    static final String DESCRIPTORS = "descriptors.binpb";

    private GoldenFiles() {}

    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        for (Map.Entry<String, Message> sample : Samples.all().entrySet()) {
            write(folder.resolve(sample.getKey() + ".binpb"), sample.getValue());
        }
        write(folder.resolve(DESCRIPTORS), Schema.current());
    }

    private static void write(Path file, Message message) throws IOException {
        if (Files.exists(file)) {
            throw new IOException(file + " is there already: a release never changes");
        }
        Files.write(file, message.toByteArray());
    }
}
