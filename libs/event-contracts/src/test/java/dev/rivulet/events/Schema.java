// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.events;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.TimestampProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The shape of all payloads, and what a reader of an older shape would stumble over. */
final class Schema {

    private Schema() {}

    /** The payloads of this build. */
    static FileDescriptorSet current() {
        return FileDescriptorSet.newBuilder()
                .addAllFile(EventType.ALL.stream()
                        .map(type -> type.descriptor().getFile())
                        .distinct()
                        .map(FileDescriptor::toProto)
                        .toList())
                .build();
    }

    /**
     * The shapes that a message had.
     *
     * @param released the shapes of a release, each of which may refer to those before it
     * @param name its full name
     */
    static List<Descriptor> messages(List<FileDescriptorSet> released, String name)
            throws DescriptorValidationException {
        Map<String, FileDescriptor> known = new HashMap<>(Map.of(
                "google/protobuf/timestamp.proto",
                        TimestampProto.getDescriptor().getFile(),
                "google/protobuf/duration.proto", DurationProto.getDescriptor().getFile()));
        List<Descriptor> found = new ArrayList<>();
        for (FileDescriptorSet set : released) {
            for (FileDescriptorProto file : set.getFileList()) {
                FileDescriptor read = FileDescriptor.buildFrom(
                        file, file.getDependencyList().stream().map(known::get).toArray(FileDescriptor[]::new));
                known.put(file.getName(), read);
                read.getMessageTypes().stream()
                        .filter(each -> each.getFullName().equals(name))
                        .forEach(found::add);
            }
        }
        return found;
    }

    /** What of the older shape is gone or means something else; each line names the field. */
    static List<String> breaks(FileDescriptorSet older, FileDescriptorSet newer) {
        List<String> breaks = new ArrayList<>();
        Map<String, DescriptorProto> messages = messages(newer);
        messages(older).forEach((name, message) -> {
            DescriptorProto now = messages.get(name);
            if (now == null) {
                breaks.add(name + " is gone");
            } else {
                compare(name, message, now, breaks);
            }
        });
        Map<String, EnumDescriptorProto> enums = enums(newer);
        enums(older).forEach((name, values) -> compareEnum(name, values, enums.get(name), breaks));
        return breaks;
    }

    private static void compare(String name, DescriptorProto older, DescriptorProto newer, List<String> breaks) {
        Map<Integer, FieldDescriptorProto> fields = newer.getFieldList().stream()
                .collect(Collectors.toMap(FieldDescriptorProto::getNumber, Function.identity()));
        for (FieldDescriptorProto field : older.getFieldList()) {
            FieldDescriptorProto now = fields.get(field.getNumber());
            String at = name + "." + field.getName();
            if (now == null) {
                breaks.add(at + ": number " + field.getNumber() + " is gone");
            } else if (!shape(field).equals(shape(now))) {
                breaks.add(at + ": number " + field.getNumber() + " was " + shape(field) + ", is " + shape(now));
            }
        }
    }

    private static String shape(FieldDescriptorProto field) {
        return field.getLabel().name().substring("LABEL_".length()).toLowerCase(Locale.ROOT)
                + " " + field.getType().name().substring("TYPE_".length()).toLowerCase(Locale.ROOT)
                + field.getTypeName() + " " + field.getName();
    }

    private static void compareEnum(
            String name, EnumDescriptorProto older, @Nullable EnumDescriptorProto newer, List<String> breaks) {
        Map<Integer, String> values = newer == null
                ? Map.of()
                : newer.getValueList().stream()
                        .collect(Collectors.toMap(
                                EnumValueDescriptorProto::getNumber, EnumValueDescriptorProto::getName));
        older.getValueList().stream()
                .filter(value -> !value.getName().equals(values.get(value.getNumber())))
                .forEach(value -> breaks.add(name + "." + value.getName() + ": number " + value.getNumber() + " is "
                        + values.getOrDefault(value.getNumber(), "gone")));
    }

    private static Map<String, DescriptorProto> messages(FileDescriptorSet set) {
        Map<String, DescriptorProto> messages = new TreeMap<>();
        for (FileDescriptorProto file : set.getFileList()) {
            file.getMessageTypeList().forEach(message -> collect(file.getPackage(), message, messages));
        }
        return messages;
    }

    private static void collect(String scope, DescriptorProto message, Map<String, DescriptorProto> messages) {
        String name = scope + "." + message.getName();
        messages.put(name, message);
        message.getNestedTypeList().forEach(nested -> collect(name, nested, messages));
    }

    private static Map<String, EnumDescriptorProto> enums(FileDescriptorSet set) {
        Map<String, EnumDescriptorProto> enums = new TreeMap<>();
        for (FileDescriptorProto file : set.getFileList()) {
            file.getEnumTypeList().forEach(each -> enums.put(file.getPackage() + "." + each.getName(), each));
        }
        return enums;
    }
}
