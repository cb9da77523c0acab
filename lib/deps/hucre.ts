/**
 * Reading and writing Excel workbooks (.xlsx). Loaded when one is first read or written.
 *
 * @module
 */
import type * as hucre from "npm:hucre@1.0.0/xlsx";
import { loadPackage } from "./load_package.ts";

/** A cell that is more than a value: its type, formula and number format. */
export type WorkbookCell = hucre.Cell;
/** A cell's value. */
export type WorkbookValue = hucre.CellValue;
/** Cells that are shown as one, from the first row and column to the last, counted from 0. */
export type MergeRange = hucre.MergeRange;

const xlsx = await loadPackage<typeof hucre>("npm:hucre@1.0.0/xlsx");

/** Reads a workbook's sheets. */
export const readXlsx: typeof hucre.readXlsx = xlsx.readXlsx;
/** Writes a workbook of one table, in as little memory as a row takes. */
export const writeXlsxStream: typeof hucre.writeXlsxStream = xlsx.writeXlsxStream;
/** Letters of a column, counted from 0. */
export const colToLetter: typeof hucre.colToLetter = xlsx.colToLetter;
