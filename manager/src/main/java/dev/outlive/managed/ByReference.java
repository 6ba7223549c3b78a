package dev.outlive.managed;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a method returns becomes a managed object of its own, and the caller gets a proxy of the
 * method's return type, which has to be an interface, and no collection of the JDK's. Without it
 * the caller gets a copy, unless the object is managed already.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface ByReference {}
