package dev.rivulet.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was written by a release can be read for ever. */
class ReleasedEventsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rivulet.model.v1.ModelVersionChanged",
                "rivulet.inference.v1.ReplicaStatusReported",
                "rivulet.inference.v1.CompletionRecorded",
                "rivulet.inference.v1.RequestSubmitted",
                "rivulet.inference.v1.RequestCancelled",
                "rivulet.inference.v1.ResultCompleted",
                "rivulet.inference.v1.JobProgressed"
            })
    void bytesOfRelease010AreReadAsTheyWereMeant(String type) throws IOException {
        EventType<?> entry = EventType.ALL.stream()
                .filter(each -> each.type().equals(type))
                .findFirst()
                .orElseThrow();

        Message read = entry.parser().parseFrom(golden("0.1.0", type + ".binpb"));

        assertThat(read).isEqualTo(Samples.all().get(type));
        assertThat(read.getUnknownFields().asMap()).isEmpty();
    }

    @Test
    void everyTypeOfTheCatalogueHasASample() {
        assertThat(Samples.all().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        EventType.ALL.stream().map(EventType::type).toList());
    }

    @Test
    void noFieldOfRelease010IsGoneOrMeansSomethingElse() throws IOException {
        FileDescriptorSet released = FileDescriptorSet.parseFrom(golden("0.1.0", GoldenFiles.DESCRIPTORS));

        assertThat(Schema.breaks(released, Schema.current())).isEmpty();
    }

    @Test
    void aBreakIsNamedByItsField() {
        assertThat(breakBy(set -> field(set, 0).setNumber(99)))
                .containsExactly("rivulet.model.v1.ModelVersionChanged.model: number 1 is gone");
        assertThat(breakBy(set -> field(set, 1).setType(FieldDescriptorProto.Type.TYPE_INT32)))
                .singleElement()
                .asString()
                .contains("ModelVersionChanged.revision: number 2 was optional int64 revision, is optional int32");
        assertThat(breakBy(set -> field(set, 2).setName("job")))
                .singleElement()
                .asString()
                .contains("ModelVersionChanged.task", "is optional string job");
        assertThat(breakBy(set -> set.getFileBuilder(0).removeMessageType(3)))
                .containsExactly("rivulet.model.v1.ModelAlias is gone");
        assertThat(breakBy(set -> set.getFileBuilder(1).getEnumTypeBuilder(0).removeValue(2)))
                .containsExactly("rivulet.inference.v1.ModelState.MODEL_STATE_READY: number 2 is gone");
    }

    @Test
    void aNewFieldBreaksNothing() {
        assertThat(breakBy(set -> set.getFileBuilder(0)
                        .getMessageTypeBuilder(0)
                        .addFieldBuilder()
                        .setName("more")
                        .setNumber(100)))
                .isEmpty();
    }

    private static List<String> breakBy(Consumer<FileDescriptorSet.Builder> change) {
        FileDescriptorSet.Builder changed = Schema.current().toBuilder();
        change.accept(changed);
        return Schema.breaks(Schema.current(), changed.build());
    }

    private static FieldDescriptorProto.Builder field(FileDescriptorSet.Builder set, int index) {
        return set.getFileBuilder(0).getMessageTypeBuilder(0).getFieldBuilder(index);
    }

    private static byte[] golden(String release, String file) throws IOException {
        try (InputStream in = Objects.requireNonNull(
                ReleasedEventsTest.class.getResourceAsStream("/golden/" + release + "/" + file),
                () -> file + " of release " + release + " is missing")) {
            return in.readAllBytes();
        }
    }
}
