// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was written by a release can be read for ever, and whoever stays with a release can read what is written today. */
class ReleasedEventsTest {

    private static final Path RELEASE = GoldenFiles.release("0.1.0");

    @BeforeAll
    static void addWhatIsMissing() throws IOException {
        if (GoldenFiles.writing()) {
            GoldenFiles.add(RELEASE);
        }
    }

    static Stream<EventType<?>> types() {
        return EventType.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("types")
    void bytesOfRelease010AreReadAsTheyWereMeant(EventType<?> type) throws IOException {
        Message read = type.parser().parseFrom(GoldenFiles.bytes(RELEASE, type.type()));

        assertThat(read).isEqualTo(Samples.all().get(type.type()));
        assertThat(read.getUnknownFields().asMap()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("types")
    void aReaderOfRelease010KeepsWhatItDoesNotKnowOfBytesOfToday(EventType<?> type) throws Exception {
        DynamicMessage today = Filled.today(type.descriptor());

        for (Descriptor older : released(type)) {
            DynamicMessage read = DynamicMessage.parseFrom(older, today.toByteArray());

            assertThat(DynamicMessage.parseFrom(type.descriptor(), read.toByteArray()))
                    .isEqualTo(today);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void aReaderOfTodayKeepsFieldsAndEnumValuesThatComeLater(EventType<?> type) throws IOException {
        DynamicMessage tomorrow = Filled.tomorrow(type.descriptor());

        Message read = type.parser().parseFrom(tomorrow.toByteArray());

        assertThat(read.getUnknownFields().asMap()).containsOnlyKeys(Filled.NOT_YET);
        assertThat(DynamicMessage.parseFrom(type.descriptor(), read.toByteArray()))
                .isEqualTo(tomorrow);
    }

    @Test
    void everyTypeOfTheCatalogueHasASample() {
        assertThat(Samples.all().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        EventType.ALL.stream().map(EventType::type).toList());
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyTypeOfTheCatalogueIsComparedWithItsRelease(EventType<?> type) throws Exception {
        assertThat(released(type))
                .as("%s has no shape in %s: %s", type.type(), RELEASE, GoldenFiles.COMMAND)
                .isNotEmpty();
    }

    @Test
    void noFieldOfRelease010IsGoneOrMeansSomethingElse() throws IOException {
        for (FileDescriptorSet released : GoldenFiles.shapes(RELEASE)) {
            assertThat(Schema.breaks(released, Schema.current())).isEmpty();
        }
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
        assertThat(breakBy(set -> enumOf(set, "ModelState").removeValue(2)))
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

    @Test
    void filesOfAReleaseAreAddedToAndNeverWrittenAgain(@TempDir Path folder) throws IOException {
        Path one = Files.writeString(folder.resolve(EventType.BUDGET_SPENT.type() + ".binpb"), "as released");

        GoldenFiles.add(folder);
        List<FileDescriptorSet> once = GoldenFiles.shapes(folder);
        GoldenFiles.add(folder);

        assertThat(one).hasContent("as released");
        assertThat(once).containsExactly(Schema.current());
        assertThat(GoldenFiles.shapes(folder)).isEqualTo(once);
    }

    private static List<Descriptor> released(EventType<?> type) throws IOException, DescriptorValidationException {
        return Schema.messages(GoldenFiles.shapes(RELEASE), type.type());
    }

    private static List<String> breakBy(Consumer<FileDescriptorSet.Builder> change) {
        FileDescriptorSet.Builder changed = Schema.current().toBuilder();
        change.accept(changed);
        return Schema.breaks(Schema.current(), changed.build());
    }

    private static FieldDescriptorProto.Builder field(FileDescriptorSet.Builder set, int index) {
        return set.getFileBuilder(0).getMessageTypeBuilder(0).getFieldBuilder(index);
    }

    private static EnumDescriptorProto.Builder enumOf(FileDescriptorSet.Builder set, String name) {
        return set.getFileBuilderList().stream()
                .flatMap(file -> file.getEnumTypeBuilderList().stream())
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
