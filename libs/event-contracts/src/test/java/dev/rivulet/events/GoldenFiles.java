// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.events;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The files of a release, in {@code src/test/resources/golden/<release>}: the bytes of one message of every type, and the shapes
 * of all payloads. What is there never changes; what is missing, a type that is new or a shape that has grown, is added by
 * {@value #COMMAND}.
 */
final class GoldenFiles {

    static final String COMMAND = "mvn -pl libs/event-contracts test -Drivulet.write=true";
    private static final String SHAPES = "descriptors.binpb";

    private GoldenFiles() {}

    /** Whether this run of the tests writes what is generated instead of comparing with it only. */
    static boolean writing() {
        return Boolean.getBoolean("rivulet.write");
    }

    /** Adds what a folder lacks. */
    static void add(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, Message> sample : Samples.all().entrySet()) {
            Path file = folder.resolve(sample.getKey() + ".binpb");
            if (!Files.exists(file)) {
                Files.write(file, sample.getValue().toByteArray());
            }
        }
        List<FileDescriptorProto> known = shapes(folder).stream()
                .flatMap(set -> set.getFileList().stream())
                .toList();
        List<FileDescriptorProto> fresh = Schema.current().getFileList().stream()
                .filter(file -> !known.contains(file))
                .toList();
        if (!fresh.isEmpty()) {
            Files.write(
                    folder.resolve(fresh(folder)),
                    FileDescriptorSet.newBuilder().addAllFile(fresh).build().toByteArray());
        }
    }

    /** The shapes that were written by a release: those of its beginning, then what was added. */
    static List<FileDescriptorSet> shapes(Path folder) throws IOException {
        List<FileDescriptorSet> shapes = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.getFileName().toString().endsWith(SHAPES))
                    .sorted(comparing((Path file) -> !file.endsWith(SHAPES)).thenComparing(naturalOrder()))
                    .toList()) {
                shapes.add(FileDescriptorSet.parseFrom(Files.readAllBytes(file)));
            }
        }
        return shapes;
    }

    static byte[] bytes(Path folder, String type) throws IOException {
        return Files.readAllBytes(folder.resolve(type + ".binpb"));
    }

    /** Where the files of a release lie; tests run in the folder of their module. */
    static Path release(String name) {
        return Path.of("src/test/resources/golden", name);
    }

    private static String fresh(Path folder) {
        int number = 1;
        while (Files.exists(folder.resolve("added-%02d.%s".formatted(number, SHAPES)))) {
            number++;
        }
        return number == 1 && !Files.exists(folder.resolve(SHAPES))
                ? SHAPES
                : "added-%02d.%s".formatted(number, SHAPES);
    }
}
