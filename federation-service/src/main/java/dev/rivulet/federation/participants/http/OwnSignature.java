// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a call of a device that its own key has signed: the key of a session does not do. */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@interface OwnSignature {}
