// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

/**
 * A call that the model wants made.
 *
 * @param id by which the tool's answer names it
 * @param name of the tool
 * @param arguments a JSON object as text
 */
public record ToolCall(String id, String name, String arguments) {}
